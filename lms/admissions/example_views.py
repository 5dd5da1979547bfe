"""Coordinators write the examples with which raters begin: made-up people, the agreed levels, and why."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.admissions import calibration
from lms.admissions.access import access_round
from lms.admissions.decision_access import access_example
from lms.admissions.decision_forms import read_said
from lms.admissions.forms import ExampleForm
from lms.admissions.models import Criterion, Round
from lms.admissions.pages import criterion_words, round_page
from lms.admissions.rating import criteria_of
from lms.admissions.rating_models import CalibrationExample
from lms.admissions.views import bp
from lms.core.db import db
from lms.core.text import clean_lines


@bp.get("/rounds/<round_id>/examples")
def examples(round_id: str) -> str:
    """The examples of a round, and how raters answered them."""
    screening = access_round(round_id)
    found = calibration.examples_of(screening.id)
    return round_page(
        "admissions/examples.html",
        screening,
        "admissions.raters",
        examples=found,
        agreement=calibration.agreement_in(screening.id),
        may_add=len(found) < calibration.MOST_EXAMPLES,
        criteria=criteria_of(screening.id),
    )


@bp.route("/rounds/<round_id>/examples/new", methods=["GET", "POST"])
def new_example(round_id: str) -> Response | tuple[str, int]:
    """A new example."""
    return _example_page(access_round(round_id), None)


@bp.route("/rounds/<round_id>/examples/<int:position>", methods=["GET", "POST"])
def edit_example(round_id: str, position: int) -> Response | tuple[str, int]:
    """Change an example that nobody has answered, or take it out."""
    screening = access_round(round_id)
    return _example_page(screening, access_example(screening, position))


def _example_page(screening: Round, shown: CalibrationExample | None) -> Response | tuple[str, int]:
    criteria = criteria_of(screening.id)
    form = ExampleForm(obj=shown)
    meant = _meant_by(shown)
    status = 200
    if form.is_submitted():
        round_id, position = screening.public_id, shown.position if shown is not None else None
        meant, status = _meant_in_form(criteria), 422
        try:
            if shown is not None and request.form.get("action") == "drop":
                calibration.drop_example(shown)
                said = gettext("The example is taken out.")
            elif form.validate():
                calibration.write_example(screening, shown, _text(form), meant, criteria)
                said = gettext("The example is saved. Raters begin with it.")
            if not form.errors:
                db.session.commit()
                flash(said, "success")
                return redirect(url_for(".examples", round_id=round_id), 303)
        except (calibration.ExampleRefused, calibration.ExampleAnswered) as error:
            db.session.rollback()
            form.motivation.errors, status = [str(error.sentence)], error.status
            screening = access_round(round_id)
            criteria = criteria_of(screening.id)
            shown = access_example(screening, position) if position is not None else None
    page = round_page(
        "admissions/example_edit.html",
        screening,
        "admissions.raters",
        form=form,
        example=shown,
        criteria=[(one, *criterion_words(screening, one)) for one in criteria],
        chosen={number: one.level for number, one in meant.items()},
        why={number: one.why for number, one in meant.items()},
        answered=calibration.agreement_in(screening.id).get(shown.id) if shown is not None else None,
    )
    return page, status


def _text(form: ExampleForm) -> calibration.ExampleText:
    return calibration.ExampleText(form.motivation.data or "", form.evidence.data or "", form.work.data or "")


def _meant_by(shown: CalibrationExample | None) -> dict[int, calibration.Meant]:
    rows = shown.levels if shown is not None else []
    return {row.criterion_id: calibration.Meant(row.level, row.why) for row in rows}


def _meant_in_form(criteria: list[Criterion]) -> dict[int, calibration.Meant]:
    said = read_said(request.form, criteria)
    return {number: calibration.Meant(one.level, clean_lines(one.words)) for number, one in said.items()}
