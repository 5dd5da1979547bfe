"""How a round treated groups: rates of selection, losses at each stage, the four-fifths rule, exact tests.

Pure counting: `lms.admissions.disclosure` says what may be shown, and everything here that compares works on what is
shown alone. Tests count with whole numbers and are exact; only the bounds of a rate are rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, sqrt
from typing import Any

from lms.admissions.disclosure import Group, Shown, may_show

REST = ""  # the groups that are not shown, together; no group is named so
FOUR_FIFTHS = Fraction(4, 5)
UNLIKELY = Fraction(5, 100)
FEW_PEOPLE = 30
_Z = 1.959963984540054  # the normal quantile of 97.5 %


@dataclass(frozen=True, slots=True)
class Person:
    """One candidate as the report sees her: the group she is in for each question, and at which stage she stopped.

    `stopped` counts the stages from 0; None says that she was offered a seat. Whoever went through all stages and was
    offered none stopped at the last one, the decision. `fresh`: no earlier report has counted her.
    """

    groups: Mapping[str, str]
    stopped: int | None
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a number of people, with the bounds that Wilson (1927) gives at 95 %."""

    part: int
    whole: int

    @property
    def exact(self) -> Fraction:
        return Fraction(self.part, self.whole)

    @property
    def bounds(self) -> tuple[float, float]:
        share, weight = self.part / self.whole, _Z * _Z / self.whole
        middle = (share + weight / 2) / (1 + weight)
        half = _Z / (1 + weight) * sqrt(share * (1 - share) / self.whole + weight / (4 * self.whole))
        return (
            0.0 if self.part == 0 else middle - half,
            1.0 if self.part == self.whole else middle + half,
        )


@dataclass(frozen=True, slots=True)
class Loss:
    """Of those of a group who came to a stage, how many it was the last for."""

    stage: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Standing:
    """How a shown group fared, and how that compares with the group of the highest rate, which has no `ratio`."""

    group: str
    selected: Rate
    losses: tuple[Loss, ...]
    ratio: Fraction | None = None
    chance: Fraction | None = None
    """How often chance alone gives a difference as rare as this one; corrected for the number of comparisons."""

    @property
    def below(self) -> bool:
        return self.ratio is not None and self.ratio < FOUR_FIFTHS

    @property
    def unlikely(self) -> bool:
        return self.chance is not None and self.chance < UNLIKELY

    @property
    def few(self) -> bool:
        return self.selected.whole < FEW_PEOPLE


@dataclass(frozen=True, slots=True)
class Comparison:
    """The shown groups of one question. `best` is None where nobody of them was offered a seat."""

    question: str
    standings: tuple[Standing, ...]
    best: str | None


def make_report(people: Sequence[Person], stages: Sequence[str], questions: Sequence[str]) -> dict[str, Any]:
    """A report to be stored: totals, and for each question what may be shown. Nothing else of the people stays.

    Stages at which nobody stopped are left out: they say nothing.
    """
    used = [number for number in range(len(stages)) if any(one.stopped == number for one in people)]
    return {
        "version": 1,
        "stages": [stages[number] for number in used],
        "totals": list(_ends(people, used)),
        "tables": [
            {"question": question, "rows": _rows(may_show(groups_of(people, used, question)))}
            for question in questions
        ],
    }


def groups_of(people: Iterable[Person], used: Sequence[int], question: str) -> list[Group]:
    """The groups of one question, uncut."""
    members: dict[str, list[Person]] = {}
    for person in people:
        members.setdefault(person.groups[question], []).append(person)
    return [
        Group(name, _ends(group, used), sum(one.fresh for one in group))
        for name, group in sorted(members.items())
    ]


def compare(report: Mapping[str, Any]) -> list[Comparison]:
    """What a stored report says about each question; without standings where nothing may be shown."""
    return [
        _comparison(table["question"], {row["group"]: row["ends"] for row in table["rows"]}, report["stages"])
        for table in report["tables"]
    ]


def losses(ends: Sequence[int], stages: Sequence[str]) -> tuple[Loss, ...]:
    """Losses at each stage, as far as anybody came to it."""
    found, left = [], sum(ends)
    for stage, stopped in zip(stages, ends, strict=False):
        if left:
            found.append(Loss(stage, Rate(stopped, left)))
        left -= stopped
    return tuple(found)


def fisher(part: int, whole: int, other_part: int, other_whole: int) -> Fraction:
    """Fisher's exact test of two rates, two-sided: the probability of all tables that are no likelier than this one."""
    drawn = part + other_part
    weights = [comb(whole, count) * comb(other_whole, drawn - count) for count in range(drawn + 1)]
    seen = weights[part]
    return Fraction(sum(weight for weight in weights if weight <= seen), comb(whole + other_whole, drawn))


def holm(chances: Sequence[Fraction]) -> list[Fraction]:
    """Corrected for being several, after Holm (1979): no one of them counts for more than it may."""
    order = sorted(range(len(chances)), key=lambda number: chances[number])
    corrected, highest = [Fraction(1)] * len(chances), Fraction(0)
    for rank, number in enumerate(order):
        highest = max(highest, min(Fraction(1), chances[number] * (len(chances) - rank)))
        corrected[number] = highest
    return corrected


def _ends(people: Iterable[Person], used: Sequence[int]) -> tuple[int, ...]:
    stopped = [person.stopped for person in people]
    return (*(stopped.count(number) for number in used), stopped.count(None))


def _rows(shown: Shown) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"group": group.name, "ends": list(group.ends)}
        for group in sorted(shown.groups, key=lambda one: (-one.size, one.name))
    ]
    return [*rows, {"group": REST, "ends": list(shown.rest)}] if shown.rest is not None else rows


def _comparison(question: str, rows: Mapping[str, Sequence[int]], stages: Sequence[str]) -> Comparison:
    rates = {group: Rate(ends[-1], sum(ends)) for group, ends in rows.items()}
    best = max(rates, key=lambda group: (rates[group].exact, rates[group].whole), default=None)
    if best is not None and not rates[best].part:
        best = None
    others = [group for group in rates if group != best] if best is not None else []
    top = rates[best] if best is not None else Rate(0, 1)
    chances = dict(
        zip(
            others,
            holm([fisher(rates[one].part, rates[one].whole, top.part, top.whole) for one in others]),
            strict=True,
        )
    )
    return Comparison(
        question,
        tuple(
            Standing(
                group,
                rates[group],
                losses(ends, stages),
                rates[group].exact / top.exact if group in chances else None,
                chances.get(group),
            )
            for group, ends in rows.items()
        ),
        best,
    )
