"""The workbench of translators: the languages of a course, its texts side by side, and saving them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_babel import gettext, ngettext
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
from lms.authoring.blocks import EVERYTHING, PAGE, Block, Edit, Outcome, TextState, chosen, tally_of
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
from lms.core.paging import LAST_PAGE, Page

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
def save_translations(course_id: str, lang: str) -> Response | tuple[str, int]:
    """Save what was written; mark as reviewed what she says is right. One text or all of a page."""
    reviewing = "review" in request.form
    course = access_to_review(course_id, lang) if reviewing else access_to_translate(course_id, lang)
    desk = asked_desk(course, lang)
    person = current_person()
    edits = edits_from(request.form, {block.key: block for block in desk.blocks(lang)}, 1)
    outcome = save_texts(course, person, lang, edits, may_review=may_review(person, course, lang))
    db.session.commit()
    if wants_json():
        return jsonify(_told(desk_of(course), lang, edits, outcome)), 200 if outcome.whole else 409  # type: ignore[return-value]
    flash_outcome(outcome)
    if outcome.whole:
        return redirect(_back(course_id, lang, edits), 303)
    return _problems(course, lang, edits, outcome), 409 if outcome.clashes or outcome.gone else 422


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


def list_page(found: Sequence[Block], number: int | None) -> Page[Block]:
    """A page of a list that is in memory."""
    number = min(max(number or 1, 1), LAST_PAGE)
    start = (number - 1) * PAGE
    more = len(found) > start + PAGE
    return Page(
        found[start : start + PAGE], number, number - 1 if number > 1 else None, number + 1 if more else None
    )


def edits_from(form: Mapping[str, str], blocks: Mapping[str, Block], forms: int) -> list[Edit]:
    """What a page of texts sends: `text-<key>` and `seen-<key>`, and which were saved or called right."""
    meant, review = form.get("save", ""), form.get("review", "")
    edits = []
    for name, seen in form.items():
        key = name.removeprefix("seen-")
        if key == name:
            continue
        plural = f"text-{key}-0" in form
        names = [f"text-{key}-{n}" for n in range(forms)] if plural else [f"text-{key}"]
        block = blocks.get(key)
        if block is not None and bool(block.item.plural) != plural:
            raise NotFound
        texts = tuple(form.get(one, "") for one in names)
        edits.append(Edit(key, texts, seen, meant=meant == key, review=review in (key, EVERYTHING)))
    return edits


def flash_outcome(outcome: Outcome) -> None:
    """Say what was done."""
    saved, reviewed = len(outcome.written), len(outcome.reviewed)
    kept = len(outcome.changed) - len({item.key for item in (*outcome.written, *outcome.reviewed)})
    if saved + kept:
        flash(ngettext("%(num)s text is saved.", "%(num)s texts are saved.", saved + kept), "success")
    if reviewed:
        flash(
            ngettext(
                "%(num)s text is marked as reviewed.", "%(num)s texts are marked as reviewed.", reviewed
            ),
            "success",
        )
    if outcome.whole and not outcome.changed:
        flash(gettext("Nothing was different: there was nothing to save."))


def filters(blocks: Sequence[Block]) -> list[tuple[str, str, int]]:
    """The states with how many texts are in each, for links."""
    tally = tally_of(blocks)
    words = state_words()
    counts = [(state.value, words[state], tally.states[state]) for state in TextState]
    return [(EVERYTHING, gettext("All"), tally.total), *(one for one in counts if one[2])]


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


def _problems(course: AuthoredCourse, lang: str, edits: Sequence[Edit], outcome: Outcome) -> str:
    """What could not be done as it was meant, with what she typed."""
    desk = desk_of(course)
    by_key = {block.key: block for block in desk.blocks(lang)}
    wanted = {*outcome.clashes, *outcome.faulty, *outcome.own}
    shown = [by_key[edit.key] for edit in edits if edit.key in wanted and edit.key in by_key]
    maker = _maker(course, desk, lang, shown)
    rows = [
        maker.row(block, outcome.clashes.get(block.key), clash=block.key in outcome.clashes)
        for block in shown
    ]
    return course_page(
        "authoring/translate_problems.html",
        course,
        "authoring.translations",
        rows=rows,
        gone=[edit for edit in outcome.gone if any(edit.texts)],
        **_around(course, desk, lang),
    )


def _told(desk: Desk, lang: str, edits: Sequence[Edit], outcome: Outcome) -> dict[str, Any]:
    """For the script that sends one text: its state now, and its faults."""
    words = state_words()
    by_key = {block.key: block for block in desk.blocks(lang)}
    told = {}
    for edit in edits:
        block = by_key.get(edit.key)
        if block is not None:
            faults = [slip_sentence(slip) for slip in lint(block.item, edit.texts)]
            told[edit.key] = {
                "state": block.state,
                "word": words[block.state],
                "seen": block.seen,
                "theirs": block.item.texts if edit.key in outcome.clashes else None,
                "own": edit.key in outcome.own,
                "faults": faults,
            }
    return {"texts": told, "gone": [edit.key for edit in outcome.gone]}


def _back(course_id: str, lang: str, edits: Sequence[Edit]) -> str:
    """To where she was: the same list, or the text itself."""
    if request.form.get("back") == "text" and len(edits) == 1:
        return url_for(".translate_text", course_id=course_id, lang=lang, key=edits[0].key)
    kept = {
        name: request.form[name] for name in ("state", "lesson", "words", "page") if request.form.get(name)
    }
    anchor = next((f"text-{edit.key}" for edit in edits if edit.meant), None)
    return url_for(".translate", course_id=course_id, lang=lang, _anchor=anchor, **kept)
