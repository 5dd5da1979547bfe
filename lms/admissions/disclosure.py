"""Which groups of a table may be shown, so that nobody learns how small a small group is, or how it fared.

A group is shown whole or not at all. Groups of fewer than `SMALLEST` people are held back, and after them the next
smallest, until what the shown rows and the totals say about those held back is too little. Those held back appear as
one row, their sum: whoever knows the totals can subtract anyway, and so the report hides nothing that it gives away.

Since groups are held back whole, every equation about them is one sum for each column. The values that a number can
have in a sum of numbers between bounds follow in closed form (`possible`), exactly and for whole numbers; a solver of
linear programs would find the same. Three promises, each tried by tests that solve for the numbers:

- the size of a group held back has at least `SMALLEST` + 1 possible values, and a small one's at least `DOUBT` + 1 for
  somebody who knows these rules and which of the groups are small;
- nobody learns that none of a group held back stopped at a stage, or came in, unless nobody of the whole round did;
- reports of several rounds with the same people say nothing of a few of them. Sizes are counted among the `fresh`,
  the people whom no earlier report counted, too. In any sum and difference of reports the fresh of the latest one
  stand alone, so that what is left is about at least `SMALLEST` people of each shown group.

Tables of different questions share nothing but the totals: from one, nothing follows about another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 10
DOUBT = 4


@dataclass(frozen=True, slots=True)
class Group:
    """How many people of a group stopped at each stage; the last number is how many came through.

    `fresh` is how many of them no earlier report has counted.
    """

    name: str
    ends: tuple[int, ...]
    fresh: int

    @property
    def size(self) -> int:
        return sum(self.ends)


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown: groups, and the sum of the others where there are others. Both may be missing."""

    groups: tuple[Group, ...]
    rest: tuple[int, ...] | None


NOTHING = Shown((), None)


def possible(total: int, bounds: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The least and the greatest value of each of some whole numbers, given their sum and bounds of each."""
    low, high = sum(low for low, _ in bounds), sum(high for _, high in bounds)
    return [(max(least, total - (high - most)), min(most, total - (low - least))) for least, most in bounds]


def may_show(groups: Sequence[Group]) -> Shown:
    """Hold back what must be held back."""
    by_size = sorted(
        (group for group in groups if group.size), key=lambda one: (one.fresh, one.size, one.name)
    )
    if len(by_size) < 2:
        return NOTHING
    held = sum(_is_small(group) for group in by_size)
    if held == 0:
        return Shown(tuple(by_size), None)
    for count in range(max(held, 2), len(by_size)):
        back, shown = by_size[:count], by_size[count:]
        if _hidden(back, shown):
            return Shown(tuple(shown), _sums(back))
    return NOTHING


def _is_small(group: Group) -> bool:
    return min(group.size, group.fresh) < SMALLEST


def _sums(groups: Sequence[Group]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*(group.ends for group in groups), strict=True))


def _hidden(back: Sequence[Group], shown: Sequence[Group]) -> bool:
    sizes, fresh = [group.size for group in back], [group.fresh for group in back]
    return (
        _sizes_hidden(sizes, min(group.size for group in shown))
        and _sizes_hidden(fresh, min(group.fresh for group in shown))
        and all(ours or not theirs for ours, theirs in zip(_sums(back), _sums(shown), strict=True))
    )


def _sizes_hidden(sizes: Sequence[int], next_one: int) -> bool:
    """Whether sizes stay unknown: to who knows their sum, and to who knows the rules and which are small as well."""
    total = sum(sizes)
    plain = possible(total, [(0, total)] * len(sizes))
    # Groups that are not small were held back for being the next smallest.
    rules = [(0, SMALLEST - 1) if size < SMALLEST else (SMALLEST, max(next_one, size)) for size in sizes]
    knowing = possible(total, rules)
    return all(most - least >= SMALLEST for least, most in plain) and all(
        most - least >= DOUBT for size, (least, most) in zip(sizes, knowing, strict=True) if size < SMALLEST
    )
