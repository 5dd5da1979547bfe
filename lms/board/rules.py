"""A programme's rules as they are stored, changed, and tried out before they are changed. Nothing here commits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from lms.board.models import BoardRow, BoardRules
from lms.board.standing import DEFAULTS, Level, Rule, Rules, Sign, Signs, stand
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict

MOST_TRIED = 20_000


class RulesChanged(Conflict):
    """Somebody else has changed the rules since this form was opened; nothing was written."""

    sentence = lazy_gettext(
        "Somebody else has changed these numbers at the same time. Yours are in the fields; look at them again, "
        "then save."
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """A programme's rules and the version they have; 0: it goes by the defaults."""

    rules: Rules
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """How many students are on a level now, and how many would be."""

    level: Level
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What other rules would change, by the numbers of the last count."""

    changes: tuple[Change, ...]
    moved: int
    people: int


def rules_of(programme_id: int) -> Stored:
    """What this programme counts."""
    row = db.session.get(BoardRules, programme_id, populate_existing=True)
    if row is None:
        return Stored(DEFAULTS, 0)
    signs = {sign.value: _rule(row, sign) for sign in Sign}
    return Stored(Rules(**signs, behind=row.behind_points, risk=row.risk_points), row.version)


def save_rules(programme_id: int, rules: Rules, version: int) -> None:
    """Keep these rules in the place of those of this version."""
    values = {
        f"{sign.value}_{name}": number
        for sign in Sign
        for name, number in zip(("weight", "from", "much"), _numbers(rules.of(sign)), strict=True)
    }
    values |= {"behind_points": rules.behind, "risk_points": rules.risk}
    if version == 0:
        try:
            with db.session.begin_nested():
                db.session.add(BoardRules(programme_id=programme_id, **values))
        except IntegrityError:
            raise RulesChanged from None
    elif not changed_rows(
        update(BoardRules)
        .where(BoardRules.programme_id == programme_id, BoardRules.version == version)
        .values(**values, version=version + 1, changed_at=utcnow())
    ):
        raise RulesChanged
    stand_anew(programme_id, rules)


def stand_anew(programme_id: int, rules: Rules) -> None:
    """Work out everybody's level again from the numbers of the last count."""
    from_ = _counted(programme_id)
    changed = []
    for row in db.session.execute(from_):
        standing = stand(Signs.from_json(row.signs), rules)
        if (standing.level, standing.points) != (row.level, row.points):
            changed.append(
                {"enrolment_id": row.enrolment_id, "level": int(standing.level), "points": standing.points}
            )
    if changed:
        db.session.execute(update(BoardRow), changed)
        db.session.expire_all()


def preview(programme_id: int, rules: Rules) -> Preview:
    """How many students of the programme would stand elsewhere under these rules."""
    now: Counter[int] = Counter()
    then: Counter[int] = Counter()
    moved = 0
    for row in db.session.execute(_counted(programme_id)):
        level = stand(Signs.from_json(row.signs), rules).level
        now[row.level] += 1
        then[level] += 1
        moved += level != row.level
    changes = tuple(Change(level, now[level], then[level]) for level in Level)
    return Preview(changes, moved, now.total())


def _counted(programme_id: int) -> Select[int, int, int, dict[str, Any]]:
    return (
        select(BoardRow.enrolment_id, BoardRow.level, BoardRow.points, BoardRow.signs)
        .where(BoardRow.programme_id == programme_id)
        .limit(MOST_TRIED)
    )


def _rule(row: BoardRules, sign: Sign) -> Rule:
    weight, some, much = (getattr(row, f"{sign.value}_{name}") for name in ("weight", "from", "much"))
    return Rule(weight, some, much)


def _numbers(rule: Rule) -> tuple[int, int, int]:
    return rule.weight, rule.some, rule.much
