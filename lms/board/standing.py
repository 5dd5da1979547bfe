"""How a student stands, worked out from a few numbers and a programme's rules; and why. Nothing here reads a table.

What counts is only what a talk can change: classes missed without an excuse, tasks that were due, days without a
sign of her, and reviews that wait for her or for us. Never how fast she works, days in a row, the hour of the day, or
how many tries failed: those say that a person has children, shifts, one phone for four, or a power cut, and trying
often is how people learn. No number for them is asked for here, so that none can be added by mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import IntEnum, StrEnum
from typing import Any

# Of one or two classes, or of a handful of tasks, a share says nothing.
LEAST_CLASSES = 3
LEAST_TASKS = 5


class Level(IntEnum):
    """How somebody stands; a higher level is a stronger call to speak with her, nothing else."""

    ON_TRACK = 0
    BEHIND = 1
    AT_RISK = 2


class Sign(StrEnum):
    """What is looked at. The order is that of the pages."""

    ABSENT = "absent"  # per cent of the last weeks' classes that she missed without an excuse
    OVERDUE = "overdue"  # per cent of the tasks that were due and are not done
    QUIET = "quiet"  # days without a sign of her, days without class left out
    ANSWER = "answer"  # days since a reviewer asked her to change something, and nothing new has come
    UNREAD = "unread"  # days for which her work has waited for a person to read it: ours to do, not hers


@dataclass(frozen=True, slots=True)
class Signs:
    """The numbers of one student."""

    missed: int = 0
    held: int = 0
    """Classes of the last weeks in which she was noted down, excused ones left out."""
    overdue: int = 0
    due: int = 0
    """Tasks that fell due while she was in the class: exercises, questions, lessons to read."""
    quiet: int = 0
    answer: int = 0
    unread: int = 0
    active: int = 0
    """Days of the last four weeks on which she worked on the course. It is shown, and counts for nothing."""

    def value(self, sign: Sign) -> int:
        """The number that a rule's limits are compared with."""
        if sign is Sign.ABSENT:
            return _share(self.missed, self.held, LEAST_CLASSES)
        if sign is Sign.OVERDUE:
            return _share(self.overdue, self.due, LEAST_TASKS)
        return int(getattr(self, sign.value))

    def as_json(self) -> dict[str, Any]:
        """How they are stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Signs:
        """What was stored, perhaps by another version: what is missing is nought, what is unknown is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: int(number) for name, number in stored.items() if name in known})


def _share(part: int, whole: int, least: int) -> int:
    """Per cent, rounded down; nothing where there is too little to say."""
    return 100 * part // whole if whole >= least else 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One sign's weight, and the limits from which it counts once and twice."""

    weight: int
    some: int
    much: int

    def step(self, value: int) -> int:
        """0, 1 or 2: how far over the limits this is."""
        return int(value >= self.some) + int(value >= self.much)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a programme counts. The defaults suit both paces: shares and days mean the same in each."""

    absent: Rule = Rule(2, 25, 50)
    overdue: Rule = Rule(2, 30, 55)
    quiet: Rule = Rule(2, 8, 15)
    answer: Rule = Rule(1, 7, 14)
    # Without a weight: a student must not stand worse because nobody has read her work.
    unread: Rule = Rule(0, 7, 14)
    behind: int = 2
    risk: int = 4

    def of(self, sign: Sign) -> Rule:
        """The rule for this sign."""
        rule = getattr(self, sign.value)
        assert isinstance(rule, Rule)  # noqa: S101  # the fields are named after the signs
        return rule


DEFAULTS = Rules()


@dataclass(frozen=True, slots=True)
class Reason:
    """A sign that is over its first limit; `points` are what it adds, which may be nothing."""

    sign: Sign
    step: int
    points: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands, the sum of points it comes from, and each part of that sum."""

    level: Level
    points: int
    reasons: tuple[Reason, ...]


def stand(signs: Signs, rules: Rules = DEFAULTS) -> Standing:
    """How somebody with these numbers stands under these rules.

    More of a sign never gives a better standing, and the points are exactly the sum of the reasons' points.
    """
    reasons = []
    for sign in Sign:
        rule = rules.of(sign)
        step = rule.step(signs.value(sign))
        if step:
            reasons.append(Reason(sign, step, step * rule.weight))
    points = sum(reason.points for reason in reasons)
    return Standing(_level(points, rules), points, tuple(reasons))


def _level(points: int, rules: Rules) -> Level:
    if points >= rules.risk:
        return Level.AT_RISK
    return Level.BEHIND if points >= rules.behind else Level.ON_TRACK
