"""What the pages of decisions and ratings show: words for what is stored, and rows of the coordinators' list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Cohort
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.decision_models import (
    Answer,
    Decision,
    DecisionKind,
    MoveCause,
    Objection,
    ObjectionStatus,
    WaitingMove,
)
from lms.admissions.models import Round
from lms.admissions.rating import levels_by_application, open_disagreements
from lms.admissions.rating_models import Conflict, Disagreement
from lms.core.db import db, utcnow

PAGE = 50
MOST_MOVES = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate in the list of decisions."""

    application: Application
    decision: Decision | None
    levels: dict[int, list[int]]
    apart: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of candidates; `after` opens the next one."""

    rows: list[Row]
    after: str | None


def decision_words() -> dict[str, str]:
    """What can be decided."""
    return {
        DecisionKind.OFFER: gettext("Offer a seat"),
        DecisionKind.WAITING: gettext("Waiting list"),
        DecisionKind.OTHER: gettext("Another programme fits better"),
        DecisionKind.LATER: gettext("Come back later"),
    }


def answer_words() -> dict[str, str]:
    """What became of an offer."""
    return {
        Answer.ACCEPTED: gettext("Accepted"),
        Answer.DECLINED: gettext("Declined"),
        Answer.LAPSED: gettext("No answer by the date"),
    }


def objection_words() -> dict[str, str]:
    """Where a second look stands."""
    return {
        ObjectionStatus.OPEN: gettext("Somebody who did not make the decision looks at it again."),
        ObjectionStatus.UPHELD: gettext("You were right: there is a new decision."),
        ObjectionStatus.REJECTED: gettext("The decision stays as it is."),
        ObjectionStatus.TAKEN_BACK: gettext("You took this back."),
    }


def cause_words() -> dict[str, str]:
    """Why a seat became free."""
    return {
        MoveCause.DECLINED: gettext("an offer was declined"),
        MoveCause.LAPSED: gettext("an offer was not answered in time"),
        MoveCause.WITHDRAWN: gettext("somebody withdrew"),
        MoveCause.MORE_SEATS: gettext("there are more seats"),
        MoveCause.BY_HAND: gettext("a coordinator called"),
    }


def conflict_words() -> dict[str, str]:
    """Why somebody should not rate somebody."""
    return {
        Conflict.RECOGNISED: gettext("I recognise who this is"),
        Conflict.TAUGHT: gettext("I teach or taught this person"),
        Conflict.FAMILY: gettext("We are family"),
        Conflict.FRIEND: gettext("We are friends"),
        Conflict.WORK: gettext("We work together"),
        Conflict.OTHER: gettext("Another reason"),
    }


def offer_state(decision: Decision) -> str:
    """Whether an offer is open, answered, too late or replaced: `open`, `accepted`, … or "" for other decisions."""
    if decision.replaced_at is not None:
        return "replaced"
    if decision.kind != DecisionKind.OFFER:
        return ""
    if decision.answer is not None:
        return str(decision.answer)
    late = decision.respond_by is not None and decision.respond_by < utcnow()
    return "lapsed" if late else "open"


def class_zone(decision: Decision) -> ZoneInfo:
    """The clock of the class that the round fills."""
    zone = (
        select(Cohort.time_zone)
        .join(Round, Round.cohort_id == Cohort.id)
        .where(Round.id == decision.round_id)
    )
    return ZoneInfo(db.session.scalar(zone) or "UTC")


def rows_of(screening: Round, kind: str, after: int) -> Rows:
    """Candidates of a round by number: undecided, of one kind of decision, or all. Four queries, whatever the size."""
    query = (
        select(Application, Decision)
        .outerjoin(Decision, (Decision.application_id == Application.id) & Decision.replaced_at.is_(None))
        .where(
            Application.round_id == screening.id,
            Application.status == ApplicationStatus.SUBMITTED,
            Application.id > after,
        )
        .options(joinedload(Application.user))
        .order_by(Application.id)
        .limit(PAGE + 1)
    )
    if kind == "undecided":
        query = query.where(Decision.id.is_(None))
    elif kind in set(DecisionKind):
        query = query.where(Decision.kind == kind)
    found = db.session.execute(query).all()
    ids = [application.id for application, _ in found[:PAGE]]
    levels = levels_by_application(ids)
    apart: dict[int, list[Disagreement]] = {}
    for one in open_disagreements(ids):
        apart.setdefault(one.application_id, []).append(one)
    rows = [
        Row(application, decision, levels.get(application.id, {}), tuple(apart.get(application.id, ())))
        for application, decision in found[:PAGE]
    ]
    return Rows(rows, str(ids[-1]) if len(found) > PAGE else None)


def counts_of(screening: Round) -> dict[str, int]:
    """How many candidates have which decision, how many have none, and how many are not told."""
    found = db.session.execute(
        select(Decision.kind, func.count(), func.count(Decision.released_at))
        .select_from(Application)
        .outerjoin(Decision, (Decision.application_id == Application.id) & Decision.replaced_at.is_(None))
        .where(Application.round_id == screening.id, Application.status == ApplicationStatus.SUBMITTED)
        .group_by(Decision.kind)
    ).all()
    counts = {str(kind) if kind else "undecided": count for kind, count, _ in found}
    counts["untold"] = sum(count - told for kind, count, told in found if kind)
    return counts


def moves_of(screening: Round) -> list[tuple[WaitingMove, str]]:
    """Who was called from the waiting list, the newest first, by name."""
    found = db.session.execute(
        select(WaitingMove, Application)
        .join(Application, Application.id == WaitingMove.application_id)
        .where(WaitingMove.round_id == screening.id)
        .options(joinedload(Application.user))
        .order_by(WaitingMove.at.desc(), WaitingMove.id.desc())
        .limit(MOST_MOVES)
    )
    return [(move, application.user.name) for move, application in found]


def names_of(applications: Sequence[int]) -> dict[int, Application]:
    """Applications with their people, by number."""
    found = db.session.scalars(
        select(Application).where(Application.id.in_(applications)).options(joinedload(Application.user))
    )
    return {application.id: application for application in found}


def objections_with_people(objections: Sequence[Objection]) -> list[tuple[Objection, Application]]:
    """Second looks with who asked for them."""
    people = names_of([one.application_id for one in objections])
    return [(one, people[one.application_id]) for one in objections]
