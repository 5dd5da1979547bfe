"""What is kept of a round when its time is over: numbers. Applications that led to no place are erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from lms.accounts.models import Cohort
from lms.admissions.application_models import (
    AdmissionCount,
    Application,
    ApplicationNeeds,
    ApplicationStatus,
    Ending,
    FairnessAnswer,
    FairnessQuestion,
    StageResult,
)
from lms.admissions.decision_models import Answer, Decision, DecisionKind
from lms.admissions.models import LONGEST_NAME, Round, RoundStage, RoundStatus, Stage
from lms.core.db import changed_rows, db, utcnow

BATCH = 100
NO_ANSWER = "none"
_ENDINGS = {
    DecisionKind.WAITING: Ending.WAITING,
    DecisionKind.OTHER: Ending.OTHER,
    DecisionKind.LATER: Ending.LATER,
}
_ANSWERS = {
    Answer.ACCEPTED: Ending.ACCEPTED,
    Answer.DECLINED: Ending.DECLINED,
    Answer.LAPSED: Ending.LAPSED,
}


def ending_of(status: str, results: Iterable[StageResult], decision: Decision | None) -> Ending:
    """How an application ended."""
    if decision is not None and decision.answer is not None:
        return _ANSWERS[Answer(decision.answer)]
    if status == ApplicationStatus.WITHDRAWN:
        return Ending.WITHDRAWN
    if decision is not None and decision.kind != DecisionKind.OFFER:
        return _ENDINGS[DecisionKind(decision.kind)]
    if decision is None and any(not result.goes_on for result in results):
        return Ending.STOPPED
    return Ending.UNDECIDED


def reached_of(stages: Iterable[Stage], results: Iterable[StageResult]) -> Stage:
    """The last stage of the round that somebody came to."""
    order = [stage for stage in Stage if stage in set(stages)]
    gone_on = {result.stage for result in results if result.goes_on}
    for stage in order:
        if stage not in gone_on:
            return stage
    return Stage.DECISION


def erase_old(now: datetime | None = None) -> int:
    """Erase some of the applications whose time is over, and count them; 0 when none is left. To be called again."""
    now = now or utcnow()
    rounds = db.session.scalars(
        select(Round).where(Round.status == RoundStatus.ENDED, Round.ended_at <= now - timedelta(days=30))
    ).all()
    over = [one for one in rounds if one.ended_at and one.ended_at + timedelta(days=one.keep_days) <= now]
    if not over:
        return 0
    accepted = (
        select(Decision.id)
        .where(Decision.application_id == Application.id, Decision.answer == Answer.ACCEPTED)
        .correlate(Application)
        .exists()
    )
    found = db.session.scalars(
        select(Application)
        .where(Application.round_id.in_([one.id for one in over]), ~accepted)
        .options(joinedload(Application.from_cohort).joinedload(Cohort.track))
        .order_by(Application.id)
        .limit(BATCH)
    ).all()
    return sum(_erase(application) for application in found)


def _erase(application: Application) -> int:
    """Erase one and count it. It is counted by whoever deletes the row: two sweeps at once count it once."""
    counted = None if application.status == ApplicationStatus.DRAFT else _count_of(application)
    number, round_id = application.id, application.round_id
    db.session.expunge(application)
    if not changed_rows(delete(Application).where(Application.id == number)):
        return 0
    if counted is not None:
        reached, ending, answers = counted
        for question, answer in answers.items():
            _add(round_id, question, answer, reached, ending)
    return 1


def _count_of(application: Application) -> tuple[Stage, Ending, dict[str, str]]:
    results = db.session.scalars(
        select(StageResult).where(StageResult.application_id == application.id)
    ).all()
    decision = db.session.scalar(
        select(Decision).where(Decision.application_id == application.id, Decision.replaced_at.is_(None))
    )
    stages = db.session.scalars(
        select(RoundStage.stage).where(RoundStage.round_id == application.round_id)
    ).all()
    needs = db.session.get(ApplicationNeeds, application.id)
    said = dict(
        db.session.execute(
            select(FairnessAnswer.question, FairnessAnswer.answer).where(
                FairnessAnswer.application_id == application.id
            )
        ).all()
    )
    home = application.from_cohort
    track = home.track.name if home.track is not None else home.name
    answers = {
        "all": "all",
        "track": track[:LONGEST_NAME],
        "childcare": "yes" if needs is not None and needs.childcare else "no",
        **{str(question): said.get(question, NO_ANSWER) for question in FairnessQuestion},
    }
    return reached_of(stages, results), ending_of(application.status, results, decision), answers


def _add(round_id: int, question: str, answer: str, reached: Stage, ending: Ending) -> None:
    key = {
        "round_id": round_id,
        "question": question,
        "answer": answer,
        "reached": reached,
        "ending": ending,
    }
    if not changed_rows(update(AdmissionCount).filter_by(**key).values(number=AdmissionCount.number + 1)):
        db.session.add(AdmissionCount(**key, number=1))
        db.session.flush()
