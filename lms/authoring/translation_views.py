"""The workbench of translators: the languages of a course, its texts side by side, and saving them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring.access import (
    access_authored,
    access_to_review,
    access_to_translate,
    access_to_write,
    may_review,
    may_translate,
)
from lms.authoring.bench import (
    back_to,
    edits_from,
    filters,
    flash_outcome,
    json_outcome,
    list_page,
    problem_blocks,
    problem_rows,
)
from lms.authoring.blocks import EVERYTHING, Block, chosen, tally_of
from lms.authoring.forms import LanguageForm
from lms.authoring.models import AuthoredCourse
from lms.authoring.pages import course_page, more_languages
from lms.authoring.translation_pages import Maker, course_maker, slip_sentence, state_words
from lms.authoring.translator import (
    Desk,
    add_language,
    another_reviewer,
    desk_of,
    digest_of,
    lint,
    own_digests,
    save_texts,
)
from lms.authoring.views import bp
from lms.catalog.render import direction
from lms.core.db import db
from lms.core.errors import NotFound, wants_json
from lms.core.i18n import language_of
from lms.core.paging import Page

LONGEST_FIND = 100


@bp.route("/authoring/<course_id>/translations", methods=["GET", "POST"])
def translations(course_id: str) -> Response | tuple[str, int]:
    """The languages of a course, how far each is, and one more."""
    course = access_authored(course_id) if request.method == "GET" else access_to_write(course_id)
    desk = desk_of(course)
    form = LanguageForm()
    known = (desk.languages.source, *desk.languages.targets)
    form.language.choices = [
        ("", gettext("Choose a language")),
        *(choice for choice in more_languages() if choice[0] not in known),
    ]
    if form.validate_on_submit():
        lang = form.tag()
        if lang in known:
            form.other.errors = [gettext("The course has this language already.")]
        else:
            add_language(course, current_person(), lang)
            db.session.commit()
            flash(gettext("The course can be translated into this language now."), "success")
            return redirect(url_for(".translate", course_id=course_id, lang=lang), 303)
    page = course_page(
        "authoring/translations.html",
        course,
        "authoring.translations",
        form=form,
        source=language_of(desk.languages.source),
        languages=[_language_row(desk, lang) for lang in desk.languages.targets],
    )
    return page, 422 if form.errors or form.other.errors else 200


def _language_row(desk: Desk, lang: str) -> dict[str, Any]:
    blocks, titles = desk.blocks(lang), desk.titles()
    parts = [(titles[t.part], t.part, tally_of(b for b in blocks if b.part == t.part)) for t in desk.parts]
    return {"language": language_of(lang), "tally": tally_of(blocks), "parts": parts}


@bp.get("/authoring/<course_id>/translations/<lang>")
def translate(course_id: str, lang: str) -> str:
    """The texts of a course with their translations: stale ones first."""
    course = access_authored(course_id)
    desk = asked_desk(course, lang)
    blocks = desk.blocks(lang)
    state = request.args.get("state", EVERYTHING)
    part = request.args.get("lesson", EVERYTHING)
    words = request.args.get("words", "").strip()[:LONGEST_FIND]
    found = chosen(blocks, state, part, words)
    page = list_page(found, request.args.get("page", type=int))
    return _bench(course, desk, lang, blocks, page, state=state, part=part, words=words)


@bp.get("/authoring/<course_id>/translations/<lang>/texts/<key>")
def translate_text(course_id: str, lang: str, key: str) -> str:
    """One text alone: little to load, little to send."""
    course = access_authored(course_id)
    desk = asked_desk(course, lang)
    block = next((block for block in desk.blocks(lang) if block.key == key), None)
    if block is None:
        raise NotFound
    maker = _maker(course, desk, lang, [block])
    return course_page(
        "authoring/translate_text.html",
        course,
        "authoring.translations",
        row=maker.row(block),
        **_around(course, desk, lang),
    )


@bp.post("/authoring/<course_id>/translations/<lang>")
def save_translations(course_id: str, lang: str) -> Response | tuple[str | Response, int]:
    """Save what was written; mark as reviewed what she says is right. One text or all of a page."""
    reviewing = "review" in request.form
    course = access_to_review(course_id, lang) if reviewing else access_to_translate(course_id, lang)
    desk = asked_desk(course, lang)
    person = current_person()
    edits = edits_from(request.form, {block.key: block for block in desk.blocks(lang)}, 1)
    outcome = save_texts(course, person, lang, edits, may_review=may_review(person, course, lang))
    db.session.commit()
    desk = asked_desk(course, lang)
    blocks = desk.blocks(lang)
    if wants_json():
        return json_outcome(blocks, edits, outcome, lint)
    flash_outcome(outcome)
    around = _around(course, desk, lang)
    if outcome.whole:
        return redirect(back_to(around["list_endpoint"], ".translate_text", around["here"], edits), 303)
    shown = problem_blocks(blocks, edits, outcome)
    page = course_page(
        "authoring/translate_problems.html",
        course,
        "authoring.translations",
        rows=problem_rows(_maker(course, desk, lang, shown), shown, outcome),
        gone=[edit for edit in outcome.gone if any(edit.texts)],
        **around,
    )
    return page, 409 if outcome.clashes or outcome.gone else 422


@bp.post("/authoring/<course_id>/translations/<lang>/lint")
def lint_translation(course_id: str, lang: str) -> Response:
    """The faults of a text while it is being written."""
    course = access_to_translate(course_id, lang)
    desk = asked_desk(course, lang)
    key, text = request.form.get("key", ""), request.form.get("text", "")
    block = next((block for block in desk.blocks(lang) if block.key == key), None)
    if block is None:
        raise NotFound
    return jsonify(faults=[slip_sentence(slip) for slip in lint(block.item, (text,))])


def course_way(course: AuthoredCourse) -> list[tuple[str, str]]:
    """The way to the translations of a course."""
    return [
        (course.title, url_for(".show_course", course_id=course.public_id)),
        (gettext("Translations"), url_for(".translations", course_id=course.public_id)),
    ]


def asked_desk(course: AuthoredCourse, lang: str) -> Desk:
    """The course for a language into which it is translated."""
    desk = desk_of(course)
    if lang not in desk.languages.targets:
        raise NotFound
    return desk


def _maker(course: AuthoredCourse, desk: Desk, lang: str, shown: Sequence[Block]) -> Maker:
    """For these texts; a reviewer is told which of them she has written, if another one could review them."""
    person = current_person()
    own: frozenset[str] = frozenset()
    if may_review(person, course, lang) and another_reviewer(course, person, lang):
        digests = {digest_of(course.public_id, lang, block.item): block.key for block in shown}
        own = frozenset(digests[digest] for digest in own_digests(person, list(digests)))
    return course_maker(desk, desk.po(lang), lint, desk.titles(), own)


def _around(course: AuthoredCourse, desk: Desk, lang: str) -> dict[str, Any]:
    person = current_person()
    here: dict[str, Any] = {"course_id": course.public_id, "lang": lang}
    return {
        "title": course.title,
        "way": course_way(course),
        "here": here,
        "list_endpoint": "authoring.translate",
        "download_url": url_for(".download_po", **here),
        "upload_url": url_for(".upload_po", **here),
        "target": language_of(lang),
        "target_dir": direction(lang),
        "source": language_of(desk.languages.source),
        "source_dir": direction(desk.languages.source),
        "may_translate": may_translate(person, course, lang),
        "may_review": may_review(person, course, lang),
        "states": state_words(),
        "action": url_for(".save_translations", **here),
        "lint_url": url_for(".lint_translation", **here),
        "list_url": url_for(".translate", **here),
        "text_url": lambda key: url_for(".translate_text", **here, key=key),
    }


def _bench(
    course: AuthoredCourse,
    desk: Desk,
    lang: str,
    blocks: Sequence[Block],
    page: Page[Block],
    **chosen_by: str,
) -> str:
    maker = _maker(course, desk, lang, page.items)
    titles = desk.titles()
    return course_page(
        "authoring/translate.html",
        course,
        "authoring.translations",
        page=page,
        rows=[maker.row(block) for block in page.items],
        tally=tally_of(blocks),
        filters=filters([b for b in blocks if chosen_by["part"] in (EVERYTHING, b.part)]),
        lessons=[(texts.part, titles[texts.part]) for texts in desk.parts],
        **chosen_by,
        **_around(course, desk, lang),
    )
