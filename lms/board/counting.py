"""Counting classes: live for one class, kept for the list of a whole programme. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, Role, User
from lms.board.models import BoardClass, BoardRow, Contact
from lms.board.rules import rules_of
from lms.board.signals import signs_of
from lms.board.standing import Level, Rules, Signs, Standing, stand
from lms.core.db import changed_rows, db, utcnow
from lms.programmes.models import ClassSession, EnrolmentEvent

FRESH = timedelta(minutes=30)
"""So long the list of a programme is taken as it is; older numbers are counted again, a few classes at a time."""
AFTER_THE_END = timedelta(weeks=2)
"""For so long after its last session a class stays on the board."""
RISK_PAUSE = timedelta(days=7)
"""After a talk nobody needs to speak with her again for so long, unless something was agreed."""
A_DAY = timedelta(days=1)
MOST_STUDENTS = 200
MOST_APART = 100


@dataclass(frozen=True, slots=True)
class Talks:
    """When somebody last reached a student, and the first day for which something is agreed with her."""

    contacted_on: date | None = None
    step_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One student on the board."""

    place: Enrolment
    signs: Signs
    standing: Standing
    talks: Talks
    call: bool
    """Whether somebody should speak with her this week."""

    @property
    def person(self) -> User:
        """Who it is about."""
        return self.place.user


@dataclass(frozen=True, slots=True)
class Apart:
    """A student who pauses or has gone, and the event that says why; nobody asks how she stands."""

    place: Enrolment
    event: EnrolmentEvent | None


@dataclass(frozen=True, slots=True)
class Board:
    """A class: who stands how, the ones to speak with first; and who is apart."""

    lines: tuple[Line, ...]
    apart: tuple[Apart, ...]

    @property
    def counts(self) -> dict[Level, int]:
        """How many stand on each level."""
        return {level: sum(line.standing.level is level for line in self.lines) for level in Level}


def board_of(cohort: Cohort, now: datetime | None = None) -> Board:
    """The board of a class as it is at this moment."""
    now = now or utcnow()
    places = _places(cohort)
    here = [place for place in places if place.status == EnrolmentStatus.ENROLLED][:MOST_STUDENTS]
    away = [place for place in places if place.status != EnrolmentStatus.ENROLLED][:MOST_APART]
    lines = _lines(cohort, here, now)
    return Board(
        tuple(sorted(lines, key=lambda line: (not line.call, -line.standing.level, -line.standing.points))),
        _apart(away),
    )


def standing_of(place: Enrolment, now: datetime | None = None) -> Line | None:
    """How one student stands now; None for somebody who pauses or has gone."""
    if place.status != EnrolmentStatus.ENROLLED:
        return None
    return _lines(place.cohort, [place], now or utcnow())[0]


def count_class(cohort: Cohort, now: datetime | None = None) -> int:
    """Write down how the students of a class stand; how many they are. Of two who count at once, one does it."""
    now = now or utcnow()
    if not _take(cohort, now):
        return 0
    places = [place for place in _places(cohort) if place.status == EnrolmentStatus.ENROLLED]
    lines = _lines(cohort, places, now) if _runs(cohort, now) else []
    db.session.execute(delete(BoardRow).where(BoardRow.cohort_id == cohort.id))
    if lines:
        db.session.execute(insert(BoardRow), [_row(cohort, line, now) for line in lines])
    return len(lines)


def count_stale(programme_id: int | None, most: int, now: datetime | None = None) -> int:
    """Count the classes whose numbers are the oldest, of one programme or of all; how many classes that were."""
    now = now or utcnow()
    cohorts = db.session.scalars(_stale(programme_id, now).limit(most)).all()
    for cohort in cohorts:
        count_class(cohort, now)
    return len(cohorts)


def oldest_count(programme_id: int) -> datetime | None:
    """When the class of this programme was counted whose numbers are the oldest; None before the first time."""
    return db.session.scalar(
        select(func.min(BoardRow.counted_at)).where(BoardRow.programme_id == programme_id)
    )


def needs_call(level: Level, talks: Talks, today: date) -> bool:
    """Whether somebody should speak with a student this week: something is agreed, or it is time to ask."""
    if talks.step_on is not None and talks.step_on <= today + A_DAY:
        return True
    long_ago = talks.contacted_on is None or talks.contacted_on <= today - RISK_PAUSE
    return level is Level.AT_RISK and long_ago


def programme_rows(
    programme_id: int, today: date, level: Level | None = None, cohort_id: int | None = None
) -> Select[BoardRow]:
    """The students of a programme, those to speak with this week first; to be paged."""
    query = (
        select(BoardRow)
        .where(BoardRow.programme_id == programme_id)
        .options(
            joinedload(BoardRow.user),
            joinedload(BoardRow.cohort),
        )
        .order_by(
            case((_calls(today), 0), else_=1),
            BoardRow.level.desc(),
            BoardRow.points.desc(),
            BoardRow.enrolment_id,
        )
    )
    if level is not None:
        query = query.where(BoardRow.level == int(level))
    return query if cohort_id is None else query.where(BoardRow.cohort_id == cohort_id)


def counts_by_class(programme_id: int) -> dict[int, dict[Level, int]]:
    """How many students stand on which level, by the class's id."""
    found: dict[int, dict[Level, int]] = {}
    for cohort_id, level, count in db.session.execute(
        select(BoardRow.cohort_id, BoardRow.level, func.count())
        .where(BoardRow.programme_id == programme_id)
        .group_by(BoardRow.cohort_id, BoardRow.level)
    ):
        found.setdefault(cohort_id, dict.fromkeys(Level, 0))[Level(level)] = count
    return found


def talks_of(programme_id: int, people: Sequence[int], today: date) -> Mapping[int, Talks]:
    """What is kept about talks with these people, by person. What is to be deleted counts no more."""
    rows = db.session.execute(
        select(
            Contact.user_id,
            func.max(case((Contact.reached, Contact.on_day))),
            func.min(case((Contact.done_at.is_(None), Contact.next_on))),
        )
        .where(
            Contact.user_id.in_(people), Contact.programme_id == programme_id, Contact.delete_after > today
        )
        .group_by(Contact.user_id)
    )
    return {user: Talks(contacted, step) for user, contacted, step in rows}


def copy_talks(programme_id: int, people: Sequence[int], today: date) -> None:
    """Bring the copies beside the standings up to date, after something was kept or deleted."""
    talks = talks_of(programme_id, people, today)
    for user in people:
        mine = talks.get(user, Talks())
        db.session.execute(
            update(BoardRow)
            .where(BoardRow.user_id == user, BoardRow.programme_id == programme_id)
            .values(contacted_on=mine.contacted_on, step_on=mine.step_on)
            .execution_options(synchronize_session=False)
        )


def _calls(today: date) -> ColumnElement[bool]:
    """`needs_call` as a condition."""
    long_ago = or_(BoardRow.contacted_on.is_(None), BoardRow.contacted_on <= today - RISK_PAUSE)
    return or_(
        BoardRow.step_on <= today + A_DAY,
        and_(BoardRow.level == int(Level.AT_RISK), long_ago),
    )


def _places(cohort: Cohort) -> list[Enrolment]:
    """Everybody who learns or has learnt in the class, by name."""
    found = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT)
        .options(joinedload(Enrolment.user))
        .order_by(Enrolment.name_key)
        .limit(MOST_STUDENTS + MOST_APART)
    )
    return list(found)


def _lines(cohort: Cohort, places: Sequence[Enrolment], now: datetime) -> list[Line]:
    rules = rules_of(cohort.programme_id).rules
    signs = signs_of(cohort, places, now)
    talks = talks_of(cohort.programme_id, [place.user_id for place in places], now.date())
    return [_line(place, signs[place.id], rules, talks.get(place.user_id, Talks()), now) for place in places]


def _line(place: Enrolment, signs: Signs, rules: Rules, talks: Talks, now: datetime) -> Line:
    standing = stand(signs, rules)
    return Line(place, signs, standing, talks, needs_call(standing.level, talks, now.date()))


def _apart(places: Sequence[Enrolment]) -> tuple[Apart, ...]:
    newest = (
        select(func.max(EnrolmentEvent.id))
        .where(EnrolmentEvent.enrolment_id.in_([place.id for place in places]))
        .group_by(EnrolmentEvent.enrolment_id)
    )
    events = db.session.scalars(
        select(EnrolmentEvent)
        .where(EnrolmentEvent.id.in_(newest))
        .options(joinedload(EnrolmentEvent.to_cohort))
    )
    by_place = {event.enrolment_id: event for event in events}
    apart = (Apart(place, by_place.get(place.id)) for place in places)
    # Who pauses keeps her seat: she comes first.
    return tuple(sorted(apart, key=lambda one: one.place.status != EnrolmentStatus.PAUSED))


def _take(cohort: Cohort, now: datetime) -> bool:
    """Say that this class is being counted; False when somebody has said so since."""
    seen = db.session.scalar(select(BoardClass.counted_at).where(BoardClass.cohort_id == cohort.id))
    if seen is None:
        try:
            with db.session.begin_nested():
                db.session.add(BoardClass(cohort_id=cohort.id, counted_at=now))
        except IntegrityError:
            return False
        return True
    return bool(
        changed_rows(
            update(BoardClass)
            .where(BoardClass.cohort_id == cohort.id, BoardClass.counted_at == seen)
            .values(counted_at=now)
        )
    )


def _runs(cohort: Cohort, now: datetime) -> bool:
    return db.session.scalar(select(Cohort.id).where(Cohort.id == cohort.id, _running(now))) is not None


def _running(now: datetime) -> ColumnElement[bool]:
    """The condition that a class has sessions to come, or has only just ended, or was never planned."""
    to_come = exists().where(
        ClassSession.cohort_id == Cohort.id, ClassSession.starts_at > now - AFTER_THE_END
    )
    return or_(to_come, Cohort.starts_on.is_(None))


def _stale(programme_id: int | None, now: datetime) -> Select[Cohort]:
    """Classes to count: those that run, and those that have ended and still have rows; the oldest count first."""
    has_rows = exists().where(BoardRow.cohort_id == Cohort.id)
    query = (
        select(Cohort)
        .outerjoin(BoardClass, BoardClass.cohort_id == Cohort.id)
        .where(
            or_(BoardClass.counted_at.is_(None), BoardClass.counted_at <= now - FRESH),
            or_(_running(now), has_rows),
        )
        .order_by(BoardClass.counted_at.is_not(None), BoardClass.counted_at, Cohort.id)
    )
    return query if programme_id is None else query.where(Cohort.programme_id == programme_id)


def _row(cohort: Cohort, line: Line, now: datetime) -> dict[str, object]:
    return {
        "enrolment_id": line.place.id, "user_id": line.place.user_id, "cohort_id": cohort.id,
        "programme_id": cohort.programme_id, "level": int(line.standing.level), "points": line.standing.points,
        "signs": line.signs.as_json(), "contacted_on": line.talks.contacted_on, "step_on": line.talks.step_on,
        "counted_at": now,
    }  # fmt: skip
