"""Coordinators write their programme's own words for letters, kind by kind and language by language."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.models import Programme
from lms.admissions import letter_templates as templates
from lms.admissions.decision_models import DecisionKind
from lms.admissions.decision_pages import decision_words
from lms.admissions.forms import LetterForm
from lms.admissions.letters import fill, our_places
from lms.admissions.views import bp, number_of
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.i18n import Language, languages
from lms.programmes.access import access_programme


@bp.get("/programmes/<programme>/letters")
def letters(programme: str) -> str:
    """All letters: each in every language of the site, in our words or the programme's own."""
    found = access_programme(programme)
    return render_template(
        "admissions/letters.html",
        programme=found,
        kinds=decision_words(),
        languages=languages(),
        own=templates.own_versions(found.id),
    )


@bp.route("/programmes/<programme>/letters/<kind>/<language>", methods=["GET", "POST"])
def edit_letter(programme: str, kind: str, language: str) -> Response | tuple[str, int]:
    """One letter: its text, what may stand in it, and how it reads."""
    found, which, tongue = access_programme(programme), _kind(kind), _language(language)
    own = templates.own_words(found.id, which, tongue.tag)
    form = LetterForm(
        data={"seen": str(own.version), "text": own.text or our_places(which, tongue.tag)},
    )
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                said = _change(form, found, which, tongue.tag)
                if said:
                    db.session.commit()
                    flash(said, "success")
                    return redirect(
                        url_for(".edit_letter", programme=programme, kind=kind, language=language), 303
                    )
                status = 200
            except (templates.LetterRefused, templates.LetterChanged) as error:
                db.session.rollback()
                form.text.errors, status = [str(error.sentence)], error.status
                found = access_programme(programme)
                if isinstance(error, templates.LetterChanged):
                    own = templates.own_words(found.id, which, tongue.tag)
                    form.seen.data = str(own.version)
                    form.seen.raw_data = None
    text = form.text.data or ""
    values = templates.sample_values(found, tongue.tag)
    page = render_template(
        "admissions/letter_edit.html",
        programme=found,
        kind=which,
        kinds=decision_words(),
        language=tongue,
        form=form,
        own=own,
        places=[
            (name, words)
            for name, words in templates.place_words().items()
            if name in templates.places_of(which)
        ],
        needed=templates.needed_in(which),
        sample=[part for part in fill(text, values).split("\n\n") if part.strip()],
    )
    return page, status


def _change(form: LetterForm, programme: Programme, kind: DecisionKind, language: str) -> str:
    """Do what was asked; what to say of it, nothing when she only looks."""
    text, seen = form.text.data or "", number_of(form.seen.data)
    match request.form.get("action"):
        case "look":
            templates.check_words(kind, text)
            return ""
        case "reset":
            templates.back_to_ours(programme, kind, language, seen)
            return str(gettext("Letters of this kind are in our words again."))
        case _:
            templates.save_words(programme, kind, language, text, seen)
            return str(gettext("The letter is saved. Letters that were told before stay as they were."))


def _kind(name: str) -> DecisionKind:
    try:
        return DecisionKind(name)
    except ValueError:
        raise NotFound from None


def _language(tag: str) -> Language:
    found = next((one for one in languages() if one.tag == tag), None)
    if found is None:
        raise NotFound
    return found
