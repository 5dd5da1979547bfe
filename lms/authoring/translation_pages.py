"""What the pages of translators show of a text: its source, its fields, its faults, the words of the glossary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext
from markupsafe import Markup

from lms.authoring.blocks import Block, Edit, Lint, TextState
from lms.authoring.coursefile import GLOSSARY, Unreadable, terms_in
from lms.authoring.differences import Piece, changed_words
from lms.authoring.translator import Desk
from lms.catalog.check_translations import Slip, text_facts
from lms.catalog.links import Urls
from lms.catalog.model import State, Translated
from lms.catalog.model import Term as GlossaryTerm
from lms.catalog.pofile import Po
from lms.catalog.render import Renderer
from lms.core.text import isolate

MOST_SHOWN = 12
"""So many pieces of code or numbers are named in one sentence."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field to write into; `label` says for which numbers, where a text has plural forms."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TermHelp:
    """A word of the glossary: how it is translated, if it is."""

    term: str
    translation: str
    definition: str


@dataclass(frozen=True, slots=True)
class Row:
    """One text of a page."""

    block: Block
    place: str
    html: Markup | None
    """The source as readers see it, where that is not just its words."""
    fields: tuple[Field, ...]
    was: tuple[Piece, ...] = ()
    now: tuple[Piece, ...] = ()
    terms: tuple[TermHelp, ...] = ()
    faults: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    """What somebody else has written since."""
    own: bool = False
    """She has written it herself, and another reviewer is there."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes rows: what differs between a course and the interface is given to it."""

    lint: Lint
    place: Callable[[Block], str]
    render: Callable[[Block], Markup | None] = lambda _block: None
    terms: Callable[[Block], tuple[TermHelp, ...]] = lambda _block: ()
    forms: Sequence[str] = ()
    """What each plural form is for."""
    own: frozenset[str] = field(default_factory=frozenset)

    def row(self, block: Block, typed: Edit | None = None, *, clash: bool = False) -> Row:
        """A text; `typed` is what was sent for it and could not be stored as it was meant."""
        item = block.item
        texts = typed.texts if typed is not None else item.texts
        count = len(self.forms) if item.plural else 1
        shown = (*texts, *("" for _ in range(count)))[:count]
        names = [f"text-{block.key}-{n}" for n in range(count)] if item.plural else [f"text-{block.key}"]
        labels = self.forms if item.plural else ("",)
        was, now = changed_words(item.previous, item.msgid) if item.stale and item.previous else ((), ())
        return Row(
            block,
            place=self.place(block),
            html=self.render(block),
            fields=tuple(Field(*one) for one in zip(names, labels, shown, strict=True)),
            was=was,
            now=now,
            terms=self.terms(block),
            faults=tuple(slip_sentence(slip) for slip in self.lint(item, tuple(shown))) if any(shown) else (),
            theirs=item.texts if clash else (),
            own=block.key in self.own,
        )


def course_maker(desk: Desk, po: Po, lint: Lint, titles: Mapping[str, str], own: frozenset[str]) -> Maker:
    """For the texts of a course."""
    try:
        known = terms_in(desk.read(GLOSSARY))
    except Unreadable:
        known = []
    glossary = {term.key: GlossaryTerm(term.key, term.term, term.definition) for term in known}
    translated = {item.msgid: item.msgstr for item in po.items if not item.faulty}

    def render(block: Block) -> Markup | None:
        renderer = Renderer(
            lang=desk.languages.source,
            source_lang=desk.languages.source,
            look_up=lambda text: Translated(text, desk.languages.source, State.SOURCE),
            glossary=glossary,
            urls=Urls("#", "#"),
            folder=block.part,
        )
        html = renderer.inline(block.item.msgid)
        return html if "<" in html else None

    def terms(block: Block) -> tuple[TermHelp, ...]:
        source = block.item.msgid
        named = {name.partition(" ")[2] for name in text_facts(source).roles}
        return tuple(
            TermHelp(term.term, translated.get(term.term, ""), term.definition)
            for term in glossary.values()
            if term.term.strip() != source and (term.id in named or _has_word(source, term.term))
        )

    return Maker(lint, lambda block: titles.get(block.part, block.part), render, terms, own=own)


def _has_word(text: str, word: str) -> bool:
    return bool(word.strip()) and bool(re.search(rf"\b{re.escape(word.strip())}", text, re.IGNORECASE))


def slip_sentence(slip: Slip) -> str:
    """A fault of a translation, to its translator."""
    said: str = {
        "reversed": gettext(
            "The code %(code)s is written backwards. Type it from left to right, as in the source.",
            code=_listed(slip.extra),
        ),
        "marked": gettext(
            "The code holds a hidden sign that turns its direction. Copy the code from the source."
        ),
        "open": gettext("A hidden sign that turns the direction of text is not ended. Remove it."),
        "markup": gettext(
            "These signs have a meaning in a page and cannot stand here: %(signs)s. Write quotes as “…” or «…».",
            signs=_listed(slip.extra),
        ),
        "code": gettext("The code is not the same as in the source."),
        "links": gettext("The links are not the same as in the source."),
        "roles": gettext("The links to the glossary are not the same as in the source."),
        "numbers": gettext("The numbers are not the same as in the source."),
        "placeholders": gettext("The places for values are not the same as in the source."),
    }[slip.kind]
    if slip.kind in {"reversed", "marked", "open", "markup"}:
        return said
    if slip.missing:
        said += " " + gettext("Add: %(pieces)s.", pieces=_listed(slip.missing))
    if slip.extra:
        said += " " + gettext("Remove: %(pieces)s.", pieces=_listed(slip.extra))
    return said


def _listed(pieces: Sequence[str]) -> str:
    more = ["…"] if len(pieces) > MOST_SHOWN else []
    return " · ".join([isolate(piece) for piece in pieces[:MOST_SHOWN]] + more)


def state_words() -> dict[str, str]:
    """How far a text is."""
    return {
        TextState.STALE: gettext("Source has changed"),
        TextState.FAULTY: gettext("Has a fault"),
        TextState.MISSING: gettext("Not translated"),
        TextState.DRAFT: gettext("Draft"),
        TextState.REVIEWED: gettext("Reviewed"),
    }
