"""Translating the interface: its languages, who translates them, its texts, and files for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import interface
from lms.authoring.access import (
    access_interface,
    access_interface_admin,
    access_interface_language,
    may_translate_interface,
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
from lms.authoring.blocks import EVERYTHING, Block, MayReview, chosen, tally_of
from lms.authoring.forms import LanguageForm
from lms.authoring.interface_people import (
    add_person,
    another_reviewer,
    find_people,
    languages_of,
    people,
    remove_person,
)
from lms.authoring.models import CourseRole
from lms.authoring.pages import more_languages, role_words
from lms.authoring.translation_pages import Maker, slip_sentence, state_words
from lms.authoring.translator import digest_of, note_authors, own_digests
from lms.authoring.views import bp
from lms.catalog.pofile import Item
from lms.catalog.render import direction
from lms.core.db import db
from lms.core.errors import NotFound, wants_json
from lms.core.i18n import language_of

LONGEST_FIND = 100


@bp.route("/authoring/interface", methods=["GET", "POST"], endpoint="interface")
def interface_languages() -> Response | tuple[str, int]:
    """The languages of the interface and how far each is; an admin begins new ones."""
    person = access_interface() if request.method == "GET" else access_interface_admin()
    states = interface.languages_here()
    known = {"en", *(state.tag for state in states)}
    form = LanguageForm()
    form.language.choices = [
        ("", gettext("Choose a language")),
        *(choice for choice in more_languages() if choice[0] not in known),
    ]
    if form.validate_on_submit():
        tag = form.tag()
        if tag in known:
            form.other.errors = [gettext("The interface has this language already.")]
        elif not interface.is_tag(tag):
            form.other.errors = [gettext("No language with this short name is known.")]
        else:
            interface.add_language(tag)
            flash(gettext("The interface can be translated into this language now."), "success")
            return redirect(url_for(".translate_interface", lang=tag), 303)
    mine = languages_of(person)
    name = request.args.get("name", "").strip()[:LONGEST_FIND]
    page = render_template(
        "authoring/interface.html",
        form=form,
        rows=[
            {"language": language_of(state.tag), "state": state, "tally": tally_of(state.blocks)}
            for state in states
            if person.is_admin or state.tag in mine
        ],
        is_admin=person.is_admin,
        parts=people() if person.is_admin else [],
        name=name,
        found=find_people(name) if person.is_admin and name else [],
        roles=role_words(),
        language_name=lambda tag: language_of(tag).name,
        enough=interface.ENOUGH,
    )
    return page, 422 if form.errors or form.other.errors else 200


@bp.post("/authoring/interface/people")
def add_interface_person() -> Response:
    """Let somebody translate into a language, or review."""
    access_interface_admin()
    role, lang = request.form.get("role", ""), request.form.get("language", "")
    fits = role in (CourseRole.TRANSLATOR, CourseRole.REVIEWER) and interface.language_state(lang) is not None
    given = add_person(request.form.get("person", ""), CourseRole(role), lang) if fits else None
    db.session.commit()
    if given is not None:
        flash(gettext("%(name)s can translate the interface now.", name=given.name), "success")
    else:
        flash(gettext("Choose a person, a part and a language."), "warning")
    return redirect(url_for(".interface"), 303)


@bp.post("/authoring/interface/people/<int:part>/remove")
def remove_interface_person(part: int) -> Response:
    """Take that back."""
    access_interface_admin()
    remove_person(part)
    db.session.commit()
    flash(gettext("The part is taken back. What was written stays."), "success")
    return redirect(url_for(".interface"), 303)


@bp.post("/authoring/interface/<lang>/offer")
def offer_language(lang: str) -> Response:
    """Whether people can choose a language that was begun here."""
    access_interface_admin()
    if _language(lang).shipped:
        flash(gettext("This language came with the program, so people can always choose it."), "warning")
    else:
        interface.decide(lang, {"yes": True, "no": False}.get(request.form.get("offer", "")))
        flash(gettext("It is decided. Pages follow within seconds."), "success")
    return redirect(url_for(".interface"), 303)


@bp.get("/authoring/interface/<lang>")
def translate_interface(lang: str) -> str:
    """The interface's texts in one language."""
    access_interface_language(lang)
    blocks = _language(lang).blocks
    state = request.args.get("state", EVERYTHING)
    words = request.args.get("words", "").strip()[:LONGEST_FIND]
    page = list_page(chosen(blocks, state, EVERYTHING, words), request.args.get("page", type=int))
    maker = _maker(lang, page.items)
    return render_template(
        "authoring/translate.html",
        page=page,
        rows=[maker.row(block) for block in page.items],
        tally=tally_of(blocks),
        filters=filters(blocks),
        lessons=[],
        state=state,
        part=EVERYTHING,
        words=words,
        **_around(lang),
    )


@bp.get("/authoring/interface/<lang>/texts/<key>")
def translate_interface_text(lang: str, key: str) -> str:
    """One text alone."""
    access_interface_language(lang)
    block = _block(_language(lang).blocks, key)
    row = _maker(lang, [block]).row(block)
    return render_template("authoring/translate_text.html", row=row, **_around(lang))


@bp.post("/authoring/interface/<lang>")
def save_interface(lang: str) -> Response | tuple[str | Response, int]:
    """Save what was written; what is reviewed is used at once."""
    person = access_interface_language(lang, review="review" in request.form)
    before = _language(lang).blocks
    forms = len(interface.plurals_of(lang).examples)
    edits = edits_from(request.form, {block.key: block for block in before}, forms)
    asked = {edit.key for edit in edits if edit.review}
    outcome = interface.save(lang, edits, _judge(lang, [b for b in before if b.key in asked]))
    note_authors(person, interface.SCOPE, lang, outcome)
    db.session.commit()
    blocks = _language(lang).blocks
    if wants_json():
        return json_outcome(blocks, edits, outcome, interface.lint)
    flash_outcome(outcome)
    around = _around(lang)
    if outcome.whole:
        return redirect(
            back_to(around["list_endpoint"], ".translate_interface_text", around["here"], edits), 303
        )
    shown = problem_blocks(blocks, edits, outcome)
    page = render_template(
        "authoring/translate_problems.html",
        rows=problem_rows(_maker(lang, shown), shown, outcome),
        gone=[edit for edit in outcome.gone if any(edit.texts)],
        **around,
    )
    return page, 409 if outcome.clashes or outcome.gone else 422


@bp.post("/authoring/interface/<lang>/lint")
def lint_interface(lang: str) -> Response:
    """The faults of a text while it is being written."""
    access_interface_language(lang)
    block = _block(_language(lang).blocks, request.form.get("key", ""))
    forms = len(interface.plurals_of(lang).examples)
    texts = [request.form.get("text", ""), *(request.form.get(f"text-{n}", "") for n in range(forms))]
    return jsonify(faults=[slip_sentence(slip) for slip in interface.lint(block.item, texts)])


def _language(lang: str) -> interface.LanguageState:
    state = interface.language_state(lang)
    if state is None:
        raise NotFound
    return state


def _block(blocks: Sequence[Block], key: str) -> Block:
    block = next((block for block in blocks if block.key == key), None)
    if block is None:
        raise NotFound
    return block


def _own(lang: str, blocks: Sequence[Block]) -> frozenset[str]:
    """Those of these texts that she has written, by their digests, if another reviewer is there."""
    person = current_person()
    if not another_reviewer(person, lang):
        return frozenset()
    return frozenset(own_digests(person, [digest_of(interface.SCOPE, lang, block.item) for block in blocks]))


def _judge(lang: str, asked: Sequence[Block]) -> MayReview:
    person = current_person()
    may = may_translate_interface(person, lang, review=True)
    others = may and another_reviewer(person, lang)
    own = _own(lang, asked) if others else frozenset()

    def judge(item: Item, new: bool) -> bool:
        return may and not (others and (new or digest_of(interface.SCOPE, lang, item) in own))

    return judge


def _maker(lang: str, shown: Sequence[Block]) -> Maker:
    own = _own(lang, shown)
    keys = frozenset(b.key for b in shown if digest_of(interface.SCOPE, lang, b.item) in own)
    return Maker(interface.lint, lambda _block: "", forms=interface.form_words(lang), own=keys)


def _around(lang: str) -> dict[str, Any]:
    here: dict[str, Any] = {"lang": lang}
    return {
        "course": None,
        "title": gettext("The interface"),
        "way": [(gettext("The interface"), url_for(".interface"))],
        "here": here,
        "list_endpoint": "authoring.translate_interface",
        "download_url": url_for(".download_interface", **here),
        "upload_url": url_for(".upload_interface", **here),
        "target": language_of(lang),
        "target_dir": direction(lang),
        "source": language_of("en"),
        "source_dir": "ltr",
        "may_translate": True,
        "may_review": may_translate_interface(current_person(), lang, review=True),
        "states": state_words(),
        "action": url_for(".save_interface", **here),
        "lint_url": url_for(".lint_interface", **here),
        "list_url": url_for(".translate_interface", **here),
        "text_url": lambda key: url_for(".translate_interface_text", **here, key=key),
    }
