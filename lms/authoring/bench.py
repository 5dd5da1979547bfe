"""What the workbenches of a course's texts and of the interface's share: lists, what forms send, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, jsonify, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from lms.authoring.blocks import EVERYTHING, PAGE, Block, Edit, Lint, Outcome, TextState, tally_of
from lms.authoring.translation_pages import Maker, Row, slip_sentence, state_words
from lms.core.errors import NotFound
from lms.core.paging import LAST_PAGE, Page


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


def problem_blocks(blocks: Sequence[Block], edits: Sequence[Edit], outcome: Outcome) -> list[Block]:
    """The texts for which not everything could be done as it was meant."""
    by_key = {block.key: block for block in blocks}
    wanted = {*outcome.clashes, *outcome.faulty, *outcome.own}
    return [by_key[edit.key] for edit in edits if edit.key in wanted and edit.key in by_key]


def problem_rows(maker: Maker, blocks: Sequence[Block], outcome: Outcome) -> list[Row]:
    """Those, with what was typed."""
    clashes = outcome.clashes
    return [maker.row(block, clashes.get(block.key), clash=block.key in clashes) for block in blocks]


def json_outcome(
    blocks: Sequence[Block], edits: Sequence[Edit], outcome: Outcome, lint: Lint
) -> tuple[Response, int]:
    """For the script that sends one text: its state now, and its faults."""
    words = state_words()
    by_key = {block.key: block for block in blocks}
    told: dict[str, Any] = {}
    for edit in edits:
        block = by_key.get(edit.key)
        if block is not None:
            told[edit.key] = {
                "state": block.state,
                "word": words[block.state],
                "seen": block.seen,
                "theirs": block.item.texts if edit.key in outcome.clashes else None,
                "own": edit.key in outcome.own,
                "faults": [slip_sentence(slip) for slip in lint(block.item, edit.texts)],
            }
    answer = jsonify(texts=told, gone=[edit.key for edit in outcome.gone])
    return answer, 200 if outcome.whole else 409


def back_to(listed: str, alone: str, here: Mapping[str, Any], edits: Sequence[Edit]) -> str:
    """The address where she was: the same list, or the text alone."""
    if request.form.get("back") == "text" and len(edits) == 1:
        return url_for(alone, **here, key=edits[0].key)
    kept: dict[str, Any] = {
        name: request.form[name] for name in ("state", "lesson", "words", "page") if request.form.get(name)
    }
    anchor = next((f"text-{edit.key}" for edit in edits if edit.meant), None)
    return url_for(listed, _anchor=anchor, **here, **kept)
