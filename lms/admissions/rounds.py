"""Rounds: planned, published, opened, closed, opened again, ended. Functions flush and raise; views commit.

Each change of state is a conditional update that names the state it starts from, and leaves a row in the log.
What has been published does not change: criteria, texts and what is gathered are fixed once a round has opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import Cohort, Enrolment, Programme, Role, User
from lms.admissions import places
from lms.admissions.models import (
    Criterion,
    EvidenceRule,
    Measure,
    Round,
    RoundChange,
    RoundEvent,
    RoundStage,
    RoundStatus,
    Stage,
)
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError

MOST_EVENTS = 50
MOST_COHORTS = 200
USUAL_RULES: Mapping[Measure, int | None] = {
    Measure.SOLVED: None,
    Measure.IMPROVED: None,
    Measure.ACTIVE_WEEKS: None,
    Measure.ATTENDANCE: None,
}


class RoundRefused(PasserelleError):
    """A change that this round does not allow now; the sentence says why."""

    status = 422
    code = "round_refused"


class Published(RoundRefused):
    """The round has opened: people have read what it says."""

    code = "published"
    sentence = lazy_gettext(
        "This round has opened. People have read what it says, so this can no longer be changed."
    )


class DatesPublished(RoundRefused):
    """A date that people have read moves only by a change of state, which is logged with its reason."""

    code = "dates_published"
    sentence = lazy_gettext(
        "The days to apply are published. To move the last one, close the round and open it again: the log keeps why."
    )


class RoundConflict(Conflict):
    """Somebody changed the round in the meantime."""

    code = "round_conflict"
    sentence = lazy_gettext(
        "Somebody else changed this round in the meantime. Look at it again; nothing of yours was saved."
    )


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What the plan of a round says. Moments are aware."""

    name: str
    cohort: Cohort
    seats: int
    waiting_size: int
    opens_at: datetime
    closes_at: datetime
    letters_on: date | None
    answer_days: int
    keep_days: int
    open_to_partners: bool
    languages: tuple[str, ...]
    working_language: str
    stages: Mapping[Stage, tuple[datetime, datetime] | None]


def rounds_in(programme: Programme) -> Select[Round]:
    """A programme's rounds, the latest first; a query, to be paged."""
    return (
        select(Round)
        .where(Round.programme_id == programme.id)
        .options(joinedload(Round.cohort))
        .order_by(Round.closes_at.desc(), Round.id.desc())
    )


def cohorts_for(programme: Programme) -> list[Cohort]:
    """The classes that a round can be about, the latest start first."""
    found = db.session.scalars(
        select(Cohort)
        .where(Cohort.programme_id == programme.id)
        .order_by(func.coalesce(Cohort.starts_on, date.min).desc(), Cohort.id.desc())
        .limit(MOST_COHORTS)
    )
    return list(found)


def languages_read(programme: Programme) -> list[str]:
    """The languages that the programme's students read the site in, and those its classes are taught in."""
    read = db.session.scalars(
        select(User.language)
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.programme_id == programme.id,
            Enrolment.role == Role.STUDENT,
            User.language.is_not(None),
        )
        .distinct()
    )
    taught = db.session.scalars(
        select(Cohort.teaching_language).where(Cohort.programme_id == programme.id).distinct()
    )
    return sorted({tag for tag in (*read, *taught) if tag})


def make_round(programme: Programme, plan: RoundPlan) -> Round:
    """A new round, with what is usually looked at."""
    screening = Round(
        programme_id=programme.id,
        cohort_id=plan.cohort.id,
        seats=plan.seats,
        waiting_size=plan.waiting_size,
        courses=[],
        rules=[EvidenceRule(measure=measure, guide=guide) for measure, guide in USUAL_RULES.items()],
    )
    _fill(screening, plan)
    db.session.add(screening)
    db.session.flush()
    return screening


def plan_round(screening: Round, plan: RoundPlan, version: int) -> None:
    """Change a round's plan. Once it has opened, the class, who may apply and the languages stay as they are."""
    if screening.status == RoundStatus.ENDED:
        raise RoundRefused(gettext("This round has ended. Make a new one."))
    if screening.status != RoundStatus.DRAFT and _published(screening) != _published_of(plan):
        raise Published
    if screening.status != RoundStatus.DRAFT:
        plan = _with_dates_of(screening, plan)
    take_version(screening, version)
    if not places.set_seats(screening.id, plan.seats, plan.waiting_size):
        raise RoundRefused(gettext("More seats or places of the waiting list than that are given already."))
    db.session.refresh(screening)
    _fill(screening, plan)
    db.session.flush()


def _with_dates_of(screening: Round, plan: RoundPlan) -> RoundPlan:
    """The plan with the moments that are published; it may name the same days only, so that no date moves unlogged."""
    zone = ZoneInfo(screening.cohort.time_zone)
    published, wanted = (
        [at.astimezone(zone).date() for at in moments]
        for moments in ((screening.opens_at, screening.closes_at), (plan.opens_at, plan.closes_at))
    )
    if published != wanted:
        raise DatesPublished
    return replace(plan, opens_at=screening.opens_at, closes_at=screening.closes_at)


def _published(screening: Round) -> tuple[Any, ...]:
    return (
        screening.cohort_id,
        screening.open_to_partners,
        set(screening.languages),
        screening.working_language,
        {stage.stage for stage in screening.stages},
    )


def _published_of(plan: RoundPlan) -> tuple[Any, ...]:
    return (
        plan.cohort.id,
        plan.open_to_partners,
        set(plan.languages),
        plan.working_language,
        {*plan.stages, Stage.DECISION},
    )


def _fill(screening: Round, plan: RoundPlan) -> None:
    screening.name = plan.name
    screening.cohort_id = plan.cohort.id
    screening.opens_at, screening.closes_at = plan.opens_at, plan.closes_at
    screening.letters_on = plan.letters_on
    screening.answer_days, screening.keep_days = plan.answer_days, plan.keep_days
    screening.open_to_partners = plan.open_to_partners
    screening.languages = list(plan.languages)
    screening.working_language = plan.working_language
    wanted = {**plan.stages, Stage.DECISION: plan.stages.get(Stage.DECISION)}
    kept = {row.stage: row for row in screening.stages}
    for stage, row in kept.items():
        if stage not in wanted:
            screening.stages.remove(row)
    for stage, days in wanted.items():
        if stage not in kept:
            kept[stage] = RoundStage(stage=stage)
            screening.stages.append(kept[stage])
        row = kept[stage]
        row.begins_at, row.ends_at = days or (None, None)


def missing(screening: Round) -> list[tuple[str, str]]:
    """What must be there before the round opens, as (kind, detail): texts by language, criteria, tasks, days."""
    found = []
    about = {row.language for row in screening.texts}
    found += [("about", language) for language in screening.languages if language not in about]
    if not screening.criteria:
        found.append(("criteria", ""))
    for criterion in screening.criteria:
        said = {row.language for row in criterion.texts}
        found += [("criterion", language) for language in screening.languages if language not in said]
        if len(criterion.levels) < 2:
            found.append(("levels", str(criterion.position + 1)))
    stages = {row.stage: row for row in screening.stages}
    if Stage.TASK in stages and (not screening.task_course or not screening.task_count):
        found.append(("tasks", ""))
    if Stage.TASK in stages and stages[Stage.TASK].begins_at is None:
        found.append(("task_days", ""))
    if Stage.COURSEWORK in stages and not screening.courses:
        found.append(("courses", ""))
    return list(dict.fromkeys(found))


def open_round(screening: Round, author: User) -> None:
    """Publish the round; from its opening date on people can apply. When it is refused, the caller rolls back."""
    # First the change, then the look: from here on nobody else can take a criterion out.
    _change(screening, RoundStatus.DRAFT, RoundStatus.OPEN)
    if missing(screening):
        raise RoundRefused(gettext("Something is still missing; the list above says what."))
    if screening.closes_at <= utcnow():
        raise RoundRefused(gettext("The closing date is over. Choose a later one first."))
    _log(screening, RoundChange.OPENED, author)


def close_round(screening: Round, author: User | None, reason: str = "") -> None:
    """Take no more applications. `author` is None when the date came."""
    _change(screening, RoundStatus.OPEN, RoundStatus.CLOSED)
    _log(screening, RoundChange.CLOSED, author, reason)


def reopen_round(screening: Round, author: User, reason: str, closes_at: datetime) -> None:
    """Take applications again until a new date; the reason is kept."""
    if not reason:
        raise RoundRefused(gettext("Say why the round opens again. The reason is kept in the log."))
    if closes_at <= utcnow() + timedelta(hours=1):
        raise RoundRefused(gettext("The new closing date must be in the future."))
    _change(screening, RoundStatus.CLOSED, RoundStatus.OPEN, closes_at=closes_at, announced_at=None)
    _log(screening, RoundChange.REOPENED, author, reason)


def end_round(screening: Round, author: User, reason: str = "") -> None:
    """Everything is decided: from now on the time runs after which applications are erased."""
    _change(screening, RoundStatus.CLOSED, RoundStatus.ENDED, ended_at=utcnow())
    _log(screening, RoundChange.ENDED, author, reason)


def close_what_is_over(now: datetime | None = None) -> int:
    """Close the rounds whose date has come; how many they were."""
    now = now or utcnow()
    due = db.session.scalars(
        select(Round).where(Round.status == RoundStatus.OPEN, Round.closes_at <= now).limit(100)
    ).all()
    closed = 0
    for screening in due:
        try:
            close_round(screening, None)
        except RoundConflict:  # a coordinator was quicker
            continue
        closed += 1
    return closed


def log_of(screening: Round) -> list[RoundEvent]:
    """What happened to a round, the newest first."""
    found = db.session.scalars(
        select(RoundEvent)
        .where(RoundEvent.round_id == screening.id)
        .options(joinedload(RoundEvent.author))
        .order_by(RoundEvent.at.desc(), RoundEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return list(found)


def with_everything() -> list[Any]:
    """The loader options that bring a round's parts along in a fixed number of queries."""
    return [
        joinedload(Round.cohort),
        joinedload(Round.programme),
        selectinload(Round.stages),
        selectinload(Round.texts),
        selectinload(Round.rules),
        selectinload(Round.criteria).selectinload(Criterion.texts),
        selectinload(Round.criteria).selectinload(Criterion.levels),
    ]


def takes_applications(screening: Round, now: datetime | None = None) -> bool:
    """Whether somebody can apply, or change what she sent, at this moment."""
    now = now or utcnow()
    return screening.status == RoundStatus.OPEN and screening.opens_at <= now < screening.closes_at


def hold_draft(screening: Round) -> None:
    """Keep the round a draft until the transaction ends, and read it anew; raises Published when it has opened.

    An update that changes nothing: of an opening and a change at the same moment, the second waits for the first.
    """
    held = changed_rows(
        update(Round)
        .where(Round.id == screening.id, Round.status == RoundStatus.DRAFT)
        .values(version=Round.version)
    )
    db.session.expire(screening)
    if not held:
        raise Published


def take_version(screening: Round, version: int) -> None:
    if not changed_rows(
        update(Round)
        .where(Round.id == screening.id, Round.version == version)
        .values(version=Round.version + 1)
    ):
        raise RoundConflict
    db.session.refresh(screening, ["version"])


def _change(screening: Round, before: RoundStatus, after: RoundStatus, **values: Any) -> None:
    changed = changed_rows(
        update(Round)
        .where(Round.id == screening.id, Round.status == before)
        .values(status=after, version=Round.version + 1, **values)
    )
    if not changed:
        raise RoundConflict
    db.session.expire(screening)


def _log(screening: Round, change: RoundChange, author: User | None, reason: str = "") -> None:
    db.session.add(
        RoundEvent(
            round_id=screening.id,
            change=change,
            reason=reason,
            closes_at=screening.closes_at,
            author_id=author.id if author is not None else None,
        )
    )
    db.session.flush()
