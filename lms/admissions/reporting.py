"""The report on fairness: who is counted, when it can be made, and that it is made once.

Nobody but this module reads `FairnessAnswer` to count (retention keeps sums of what it erases). A report is made when
every decision of its round is told, and never again: two reports of one round could be subtracted from each other.
Nor do later answers, calls from the waiting list or objections change it. Functions flush and raise; views commit.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext, lazy_gettext
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload

from lms.accounts.models import Cohort, Track, User
from lms.admissions.application_models import (
    Application,
    ApplicationNeeds,
    ApplicationStatus,
    FairnessAnswer,
    FairnessQuestion,
    StageResult,
)
from lms.admissions.decision_models import Decision, DecisionKind
from lms.admissions.fairness import Person, make_report
from lms.admissions.models import Round, RoundStatus, Stage
from lms.admissions.report_models import FairnessReport
from lms.admissions.retention import NO_ANSWER
from lms.core.db import db, utcnow
from lms.core.errors import Conflict, PasserelleError

CHILDCARE = "childcare"
TRACK = "track"
QUESTIONS = (
    str(FairnessQuestion.GENDER), str(FairnessQuestion.LANGUAGE), str(FairnessQuestion.CARE), CHILDCARE, TRACK,
)  # fmt: skip


class NotYet(PasserelleError):
    """The report cannot be made now; the sentence says why."""

    status = 422
    code = "no_report"


class ReportThere(Conflict):
    """Somebody has made the report already."""

    code = "report_there"
    sentence = lazy_gettext("Somebody has made this report in the meantime. It is made once.")


def report_of(screening: Round) -> FairnessReport | None:
    """The report of a round, if it is made."""
    return db.session.scalar(
        select(FairnessReport)
        .where(FairnessReport.round_id == screening.id)
        .options(joinedload(FairnessReport.author))
    )


def what_is_missing(screening: Round, now: datetime | None = None) -> str:
    """Why the report cannot be made now; empty when it can."""
    now = now or utcnow()
    if screening.status in {RoundStatus.DRAFT, RoundStatus.OPEN}:
        return str(gettext("The round is not closed yet. The report is made when all decisions are told."))
    if screening.ended_at is not None and screening.ended_at + timedelta(days=screening.keep_days) <= now:
        return str(
            gettext("Applications of this round are erased by now. A report of the rest would be wrong.")
        )
    told, untold = _told(screening)
    if untold or not told:
        return str(gettext("Not all decisions are told yet. The report is made when they are."))
    return ""


def make(screening: Round, author: User, now: datetime | None = None) -> FairnessReport:
    """Make the report of a round, once. Raises NotYet and ReportThere."""
    if missing := what_is_missing(screening, now):
        raise NotYet(missing)
    report = FairnessReport(round_id=screening.id, author_id=author.id, made_at=now or utcnow())
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except IntegrityError as error:
        raise ReportThere from error
    _wait_for_others(screening)
    stages = _stages_of(screening)
    report.body = make_report(people_of(screening), [str(stage) for stage in stages], QUESTIONS)
    db.session.flush()
    return report


def people_of(screening: Round) -> list[Person]:
    """Who applied and did not take it back, as the report counts them; five queries, whatever their number."""
    stages = _stages_of(screening)
    said: dict[int, dict[str, str]] = {}
    for number, question, answer in db.session.execute(
        select(FairnessAnswer.application_id, FairnessAnswer.question, FairnessAnswer.answer)
        .join(Application, Application.id == FairnessAnswer.application_id)
        .where(*_counted(screening))
    ):
        said.setdefault(number, {})[str(question)] = answer
    need_childcare = set(
        db.session.scalars(
            select(ApplicationNeeds.application_id)
            .join(Application, Application.id == ApplicationNeeds.application_id)
            .where(*_counted(screening), ApplicationNeeds.childcare)
        )
    )
    stopped: dict[int, int] = {}
    for number, stage in db.session.execute(
        select(StageResult.application_id, StageResult.stage)
        .join(Application, Application.id == StageResult.application_id)
        .where(*_counted(screening), ~StageResult.goes_on, StageResult.stage.in_(stages))
    ):
        place = stages.index(Stage(stage))
        stopped[number] = min(place, stopped.get(number, place))
    known = _counted_before(screening)
    rows = db.session.execute(
        select(Application.id, Application.user_id, Cohort.name, Track.name, Decision.kind)
        .join(Cohort, Cohort.id == Application.from_cohort_id)
        .outerjoin(Track, Track.id == Cohort.track_id)
        .outerjoin(Decision, and_(Decision.application_id == Application.id, Decision.replaced_at.is_(None)))
        .where(*_counted(screening))
    )
    return [
        Person(
            groups={
                **{str(one): said.get(number, {}).get(str(one), NO_ANSWER) for one in FairnessQuestion},
                CHILDCARE: "yes" if number in need_childcare else "no",
                TRACK: track or cohort,
            },
            stopped=None if kind == DecisionKind.OFFER else stopped.get(number, len(stages) - 1),
            fresh=user_id not in known,
        )
        for number, user_id, cohort, track, kind in rows
    ]


def _stages_of(screening: Round) -> list[Stage]:
    used = {row.stage for row in screening.stages} | {Stage.DECISION}
    return [stage for stage in Stage if stage in used]


def _counted(screening: Round) -> tuple[ColumnElement[bool], ...]:
    return (Application.round_id == screening.id, Application.status == ApplicationStatus.SUBMITTED)


def _told(screening: Round) -> tuple[int, int]:
    """How many know where they stand, and how many do not."""
    told = exists().where(
        Decision.application_id == Application.id,
        Decision.replaced_at.is_(None),
        Decision.released_at.is_not(None),
    )
    everybody = select(func.count()).select_from(Application).where(*_counted(screening))
    number = db.session.scalar(everybody.where(told)) or 0
    return number, (db.session.scalar(everybody) or 0) - number


def _counted_before(screening: Round) -> set[int]:
    """Who of the candidates is counted in a report of another round, of whatever programme.

    Whoever took her application back later was counted, so her status does not matter here.
    """
    here = aliased(Application)
    return set(
        db.session.scalars(
            select(Application.user_id)
            .join(FairnessReport, FairnessReport.round_id == Application.round_id)
            .where(
                Application.round_id != screening.id,
                Application.submitted_at.is_not(None),
                Application.user_id.in_(select(here.user_id).where(here.round_id == screening.id)),
            )
        )
    )


def _wait_for_others(screening: Round) -> None:
    """Of two reports that share candidates, made at once, the later one sees the earlier one.

    PostgreSQL locks the people; SQLite has one writer, and the row above has made this one the writer.
    """
    people = (
        select(User.id)
        .where(User.id.in_(select(Application.user_id).where(*_counted(screening))))
        .order_by(User.id)
        .with_for_update()
    )
    db.session.scalars(people).all()
