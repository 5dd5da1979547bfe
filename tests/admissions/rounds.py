"""A round, its candidates and those who decide about them, for the tests of what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from lms.accounts.models import User
from lms.accounts.services import appoint
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.deciding import Wanted
from lms.admissions.decision_models import DecisionKind
from lms.admissions.models import Criterion, CriterionLevel, CriterionText, Round, RoundStatus, Stage
from lms.core.db import db, utcnow
from tests.factories import School, enrol, make_cohort, make_school, make_user


@dataclass(frozen=True, slots=True)
class Scene:
    """A closed round for a bootcamp: Cora and Nils coordinate, and the candidates learn in Ben's class."""

    school: School
    round: Round
    nils: User
    candidates: list[Application]

    @property
    def cora(self) -> User:
        return self.school.cora


def make_round(
    *, seats: int = 2, waiting: int = 2, candidates: int = 4, status: RoundStatus = RoundStatus.CLOSED
) -> Scene:
    """Committed. The candidates are called Kim 1, Kim 2 and so on."""
    school = make_school()
    nils = make_user("Nils", email="nils@school.example")
    programme = school.cohort.programme
    appoint(nils, programme)
    target = make_cohort("Bootcamp", code="BCP23456", programme=programme)
    target.time_zone = "Europe/Berlin"
    now = utcnow()
    round_ = Round(
        programme_id=programme.id,
        cohort_id=target.id,
        name="Spring round",
        status=status,
        seats=seats,
        waiting_size=waiting,
        opens_at=now - timedelta(days=30),
        closes_at=now - timedelta(days=1),
        answer_days=10,
        languages=["en", "fr"],
        working_language="en",
        courses=[school.cohort.course_slug],
    )
    round_.criteria = [
        Criterion(
            position=place,
            stage=Stage.COURSEWORK,
            texts=[CriterionText(language="en", name=name, words=f"We look at: {name}.")],
            levels=[CriterionLevel(level=level, anchor=f"{name}, level {level}") for level in range(4)],
        )
        for place, name in enumerate(("Goes on after a mistake", "Explains what she did"))
    ]
    db.session.add(round_)
    db.session.flush()
    applications = []
    for number in range(1, candidates + 1):
        user = make_user(f"Kim {number}")
        enrol(user, school.cohort)
        application = Application(
            round_id=round_.id,
            user_id=user.id,
            from_cohort_id=school.cohort.id,
            status=ApplicationStatus.SUBMITTED,
            motivation=f"I am Kim {number} and I want to learn.",
            motivation_language="en",
            submitted_at=now - timedelta(days=2),
        )
        db.session.add(application)
        applications.append(application)
    db.session.commit()
    return Scene(school, round_, nils, applications)


def wanted(kind: DecisionKind, **more: object) -> Wanted:
    """A decision with all that its kind needs."""
    needs: dict[DecisionKind, dict[str, object]] = {
        DecisionKind.LATER: {"come_back_on": utcnow().date() + timedelta(days=60)},
        DecisionKind.OTHER: {"other_words": "The evening class"},
    }
    return Wanted(
        kind=kind,
        reason="She went on after each mistake.",
        reason_language="en",
        **{**needs.get(kind, {}), **more},
    )  # type: ignore[arg-type]  # as the test says
