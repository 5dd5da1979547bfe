"""What a PO file from elsewhere would change, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.authoring.blocks import Block, Edit, Lint, TextState
from lms.catalog.check_translations import Slip
from lms.catalog.pofile import Item, Po
from lms.core.text import clean_lines


class WrongLanguage(ValueError):
    """The file's header names another language, or none."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that is not taken, and why."""

    item: Item
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A text that would be taken, and what it replaces."""

    block: Block
    texts: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What would come of a file."""

    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    reviewed: list[Change] = field(default_factory=list)
    """Those whose words are the same; they would be marked as reviewed."""
    rejected: list[Rejected] = field(default_factory=list)
    unknown: list[Item] = field(default_factory=list)
    same: int = 0
    unfinished: int = 0
    """Those that the file itself calls fuzzy."""

    def edits(self, *, review: bool) -> list[Edit]:
        """The changes as somebody would send them who sees what is there now."""
        return [
            Edit(change.block.key, change.texts, change.block.seen, review=review)
            for change in (*self.new, *self.changed, *self.reviewed)
        ]


def plan_of(blocks: Iterable[Block], sent: Po, lang: str, lint: Lint, *, review: bool) -> Plan:
    """Compare a file with what is there. Raises `WrongLanguage`."""
    named = sent.metadata.get("Language", "").strip()
    if named.replace("_", "-").casefold() != lang.casefold():
        raise WrongLanguage(named)
    known = {block.item.key: block for block in blocks}
    plan = Plan()
    for item in sent.by_key().values():
        if item.obsolete or not item.translated:
            continue
        block = known.get(item.key)
        texts = tuple(clean_lines(text) for text in item.texts)
        if block is None or bool(block.item.plural) != bool(item.plural):
            plan.unknown.append(item)
        elif item.fuzzy:
            plan.unfinished += 1
        else:
            _place(plan, block, texts, tuple(lint(block.item, texts)), review=review)
    return plan


def _place(
    plan: Plan, block: Block, texts: tuple[str, ...], slips: tuple[Slip, ...], *, review: bool
) -> None:
    if slips:
        plan.rejected.append(Rejected(block.item, slips))
    elif texts != block.item.texts:
        (plan.changed if any(block.item.texts) else plan.new).append(Change(block, texts))
    elif review and block.state is not TextState.REVIEWED:
        plan.reviewed.append(Change(block, texts))
    else:
        plan.same += 1
