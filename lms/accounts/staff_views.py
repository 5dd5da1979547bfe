"""What staff do for the people of a class: new PINs, cards to print, the class code."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.accounts import services
from lms.accounts.access import access_cohort, access_credentials, access_person
from lms.accounts.qr import qr_data_uri
from lms.accounts.views import bp
from lms.core.db import db
from lms.core.errors import NotFound

CODE_ACTIONS = ("rotate", "open", "close")


@bp.get("/classes/<cohort_id>/cards")
def cards(cohort_id: str) -> str:
    """Choose whose cards to make. A card cannot be shown twice: only a hash of what it says is kept."""
    cohort = access_cohort(cohort_id)
    return render_template(
        "accounts/cards.html", cohort=cohort, students=services.students_of(cohort), made=None
    )


@bp.post("/classes/<cohort_id>/cards")
def make_cards(cohort_id: str) -> str:
    """New cards, ready to print; the ones that these students had stop working."""
    cohort = access_cohort(cohort_id)
    students = [
        access_credentials(cohort, public_id) for public_id in dict.fromkeys(request.form.getlist("person"))
    ]
    made = [
        (student, url_for("accounts.card", token=services.new_card(student), _external=True))
        for student in students
    ]
    db.session.commit()
    return render_template(
        "accounts/cards.html",
        cohort=cohort,
        students=services.students_of(cohort),
        made=[(student, qr_data_uri(address)) for student, address in made],
    )


@bp.get("/classes/<cohort_id>/people/<person_id>/reset")
def ask_reset(cohort_id: str, person_id: str) -> str:
    """Say what a new PIN does, before it is made."""
    cohort = access_cohort(cohort_id)
    person = access_person(cohort, person_id)
    return render_template("accounts/reset.html", cohort=cohort, person=person, pin=None)


@bp.post("/classes/<cohort_id>/people/<person_id>/reset")
def reset(cohort_id: str, person_id: str) -> str:
    """A new PIN, shown this once; the student is signed out everywhere."""
    cohort = access_cohort(cohort_id)
    person = access_credentials(cohort, person_id)
    pin = services.reset_secret(person)
    db.session.commit()
    return render_template("accounts/reset.html", cohort=cohort, person=person, pin=pin)


@bp.post("/classes/<cohort_id>/code")
def change_code(cohort_id: str) -> Response:
    """Give the class another code, or close or open it for joining."""
    cohort = access_cohort(cohort_id)
    action = request.form.get("action", "")
    if action not in CODE_ACTIONS:
        raise NotFound
    if action == "rotate":
        services.rotate_code(cohort)
    else:
        cohort.join_open = action == "open"
    db.session.commit()
    return redirect(f"{request.script_root}/classes/{cohort.public_id}", 303)
