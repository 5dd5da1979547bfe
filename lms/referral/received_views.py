"""A referral that came in, for the person whom it is about: she brings it or finds it, and says yes or no."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts import throttle
from lms.accounts.access import current_person, signed_in
from lms.core.db import db
from lms.core.errors import Conflict, NotFound
from lms.programmes.forms import options
from lms.referral import pages, receiving
from lms.referral.access import access_about_me, access_claim, access_my_programme
from lms.referral.evidence import programmes_of
from lms.referral.forms import BringForm, ClaimForm
from lms.referral.incoming import read_package
from lms.referral.models import WITH_CONTENT, ImportStatus, Purpose, ReferralImport
from lms.referral.pages import Document
from lms.referral.refusals import Refused
from lms.referral.retention import erase_what_is_over
from lms.referral.views import bp, page_by_code


@bp.route("/referrals/bring", methods=["GET", "POST"])
@signed_in
def bring() -> Response | str | tuple[str, int]:
    """She brings her file herself, to a programme that she has joined."""
    person = current_person()
    form = BringForm()
    form.programme.choices = options((programme.slug, programme.name) for programme in programmes_of(person))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("referral/bring.html", form=form), status
    programme = access_my_programme(form.programme.data)
    try:
        imported = receiving.bring(
            read_package(form, page_by_code), programme, Purpose(form.purpose.data), person, about=person
        )
        erase_what_is_over()
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        form.text.errors = [str(error.sentence)]
        return render_template("referral/bring.html", form=form), error.status
    return redirect(url_for(".received", import_id=imported.public_id), 303)


@bp.route("/referrals/claim", methods=["GET", "POST"])
@signed_in
def claim() -> Response | str | tuple[str, int]:
    """She finds it by the code on her paper, reads it, and says yes or no."""
    form = ClaimForm()
    if not form.is_submitted():
        form.code.data = request.args.get("code", "")[:60]
        return render_template("referral/claim.html", form=form)
    if not form.validate():
        return render_template("referral/claim.html", form=form), 422
    imported = _find(form.code.data)
    if imported is None:
        form.code.errors = [
            gettext("Nothing waits under this code. Check it, or ask the school for a new one.")
        ]
        return render_template("referral/claim.html", form=form), 422
    if "action" in request.form:
        return _answer(imported)
    return render_template(
        "referral/received.html",
        imported=imported,
        document=pages.document(document_of(imported)),
        code=form.code.data,
        statuses=pages.import_words(),
        readings=[],
    )


@bp.get("/referrals/received/<import_id>")
def received(import_id: str) -> str:
    """What it says about her, and who has read it."""
    imported = access_about_me(import_id)
    return render_template(
        "referral/received.html",
        imported=imported,
        document=pages.document(document_of(imported)) if imported.status in WITH_CONTENT else None,
        code=None,
        statuses=pages.import_words(),
        readings=receiving.readings_of([imported]).get(imported.id, []),
    )


@bp.post("/referrals/received/<import_id>")
def answer(import_id: str) -> Response:
    """Yes, no, or no longer."""
    return _answer(access_about_me(import_id))


def document_of(imported: ReferralImport) -> Document:
    """An import as a person reads it."""
    return Document(
        school=imported.issuer_name,
        receiver=imported.programme.name,
        receiver_address="",
        purpose=imported.purpose,
        valid_from=None,
        valid_until=imported.valid_until,
        content=receiving.content_of(imported),
    )


def _find(code: str) -> ReferralImport | None:
    """Count the try, then look: a code is not to be found by trying."""
    key = f"claim:{current_person().id}"
    address = throttle.address_key(request.remote_addr)
    throttle.count_attempt(key, address)
    db.session.commit()
    imported = access_claim(code)
    if imported is not None:
        throttle.forgive(key, address)
        db.session.commit()
    return imported


def _answer(imported: ReferralImport) -> Response:
    person, action = current_person(), request.form.get("action", "")
    try:
        match action:
            case "confirm":
                receiving.confirm(imported, person)
                flash(gettext("Thank you. The school may use it now, and you see who reads it."), "success")
            case "refuse" if imported.status == ImportStatus.WAITING:
                receiving.end(imported, ImportStatus.REFUSED, person)
                flash(gettext("Erased. Nobody of the school has read it."), "success")
            case "withdraw" if imported.user_id == person.id:
                receiving.end(imported, ImportStatus.WITHDRAWN)
                flash(gettext("Erased. The school cannot read it any more."), "success")
            case _:
                raise NotFound
    except Refused as error:
        flash(str(error.sentence), "error")
    except Conflict:
        db.session.rollback()
        flash(gettext("This has changed in the meantime. Look again."), "warning")
    db.session.commit()
    return redirect(url_for(".mine"), 303)
