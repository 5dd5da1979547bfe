"""Blocks to translate: one text of a course or of the interface with what is written for it, and its state.

Nothing here reads a file or a database: what people write is put onto the entries of a PO file, entry by entry.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lms.authoring.translating import Texts
from lms.catalog.check_translations import Slip
from lms.catalog.pofile import Item, Key, Po
from lms.core.text import clean_lines

LONGEST_TEXT = 20_000
PAGE = 20
EVERYTHING = "all"


class TextState(StrEnum):
    """How far a text is translated; in the order in which a translator meets them."""

    STALE = "stale"  # the source has changed since
    FAULTY = "faulty"  # written, but not as it can be shown
    MISSING = "missing"
    DRAFT = "draft"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Block:
    """A text, the part of the course that it stands in first, and what is written for it."""

    part: str
    item: Item
    state: TextState = field(init=False, compare=False)
    """How far it is."""

    def __post_init__(self) -> None:
        """Every list asks for the state of every text: it is found once."""
        object.__setattr__(self, "state", state_of(self.item))

    @property
    def key(self) -> str:
        """Names it in addresses and forms."""
        return key_of(self.item)

    @property
    def seen(self) -> str:
        """A mark of what is written now: who saves says by it what she had before her."""
        return seen_of(self.item)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some texts are in which state."""

    states: Mapping[TextState, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def translated(self) -> int:
        """Of 100, rounded down: drafts count, what is stale or faulty does not."""
        done = self.states[TextState.REVIEWED] + self.states[TextState.DRAFT]
        return 100 if not self.total else done * 100 // self.total

    @property
    def reviewed(self) -> int:
        """Of 100, rounded down."""
        return 100 if not self.total else self.states[TextState.REVIEWED] * 100 // self.total

    @property
    def stale(self) -> int:
        """Of 100, rounded up, so that one is never none."""
        return 0 if not self.total else -(-self.states[TextState.STALE] * 100 // self.total)


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody sends for one text; `meant` says that she saved this one, even if nothing is different."""

    key: str
    texts: tuple[str, ...]
    seen: str
    meant: bool = False
    review: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of what was sent: by the keys of the texts."""

    changed: dict[Key, Item] = field(default_factory=dict)
    written: list[Item] = field(default_factory=list)
    """Those whose text is new, of `changed`."""
    reviewed: list[Item] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    """Not marked as reviewed, because who asks has written them."""
    clashes: dict[str, Edit] = field(default_factory=dict)
    """Somebody else has written something since; nothing was changed."""
    gone: list[Edit] = field(default_factory=list)
    """The course does not have these texts any more."""

    @property
    def whole(self) -> bool:
        """Whether everything could be done as it was asked for."""
        return not (self.faulty or self.own or self.clashes or self.gone)


Lint = Callable[[Item, tuple[str, ...]], Sequence[Slip]]
MayReview = Callable[[Item, bool], bool]
"""Whether this text may be called right by who asks; True: she is writing it just now."""


def key_of(item: Item) -> str:
    """Twenty digits that stand for a source text."""
    return hashlib.sha256("\0".join(item.key).encode()).hexdigest()[:20]


def seen_of(item: Item) -> str:
    """Sixteen digits that stand for what is written, and its state."""
    return hashlib.sha256("\0".join((*item.texts, state_of(item))).encode()).hexdigest()[:16]


def state_of(item: Item) -> TextState:
    """How far an entry is."""
    if not item.translated:
        return TextState.MISSING
    if item.fuzzy:
        return TextState.FAULTY if item.faulty else TextState.STALE
    return TextState.DRAFT if item.draft else TextState.REVIEWED


def blocks_of(parts: Iterable[Texts], po: Po) -> list[Block]:
    """The texts of a course in reading order, each once."""
    known = po.by_key()
    blocks: dict[str, Block] = {}
    for texts in parts:
        for unit in texts.units:
            if unit.msgid not in blocks:
                item = known.get(("", unit.msgid)) or Item(
                    unit.msgid, places=((unit.place.path, str(unit.place.line)),)
                )
                blocks[unit.msgid] = Block(texts.part, item)
    return list(blocks.values())


def tally_of(blocks: Iterable[Block]) -> Tally:
    """Count the states."""
    counted = Counter(block.state for block in blocks)
    return Tally({state: counted[state] for state in TextState})


def chosen(blocks: Sequence[Block], state: str, part: str, words: str = "") -> list[Block]:
    """The blocks of a state, of a part, that hold these words, or all: stale ones first, then as one reads."""
    order = {state: place for place, state in enumerate(TextState)}
    folded = words.casefold()
    found = [
        block
        for block in blocks
        if state in (EVERYTHING, block.state)
        and part in (EVERYTHING, block.part)
        and (not folded or any(folded in text.casefold() for text in (block.item.msgid, *block.item.texts)))
    ]
    return sorted(found, key=lambda block: order[block.state])


def with_edits(
    blocks: Iterable[Block],
    edits: Iterable[Edit],
    lint: Lint,
    may_review: MayReview,
) -> Outcome:
    """Put what somebody wrote onto the texts that are there now.

    A draft replaces what she had before her. A text with faults is kept, and readers are not shown it. What
    somebody else has written since is not replaced: she is to see both.
    """
    outcome = Outcome()
    by_key = {block.key: block.item for block in blocks}
    for edit in edits:
        item = by_key.get(edit.key)
        texts = tuple(clean_lines(text[:LONGEST_TEXT]) for text in edit.texts)
        if item is None:
            outcome.gone.append(edit)
        elif edit.seen != seen_of(item) and (texts != item.texts or edit.review):
            outcome.clashes[edit.key] = edit
        else:
            _put(outcome, item, edit, texts, (lint, may_review))
    return outcome


def _put(
    outcome: Outcome, item: Item, edit: Edit, texts: tuple[str, ...], judge: tuple[Lint, MayReview]
) -> None:
    lint, may_review = judge
    new, state = texts != item.texts, state_of(item)
    if not new and edit.review and state in {TextState.REVIEWED, TextState.MISSING}:
        return
    if not new and not edit.review and not (edit.meant and state is TextState.STALE):
        return
    written = item.with_texts(texts, reviewed=False)
    if written.translated and lint(item, texts):
        written = item.with_texts(texts, reviewed=False, faulty=True)
        outcome.faulty.append(edit.key)
    elif edit.review and written.translated:
        if may_review(written, new):
            written = item.with_texts(texts, reviewed=True)
            outcome.reviewed.append(written)
        else:
            outcome.own.append(edit.key)
    if new:
        outcome.written.append(written)
    if written != item:
        outcome.changed[item.key] = written
