"""Run inside a site's environment: a round with 120 candidates, sheets that are looked through, and two raters.

Prints as JSON where the round is and how its people sign in. What people say and decide is left to the test.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from random import Random

from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Cohort, Role, User
from lms.accounts.secrets import set_secret
from lms.accounts.services import appoint, enrol
from lms.admissions import raters, rating
from lms.admissions.application_models import (
    Application,
    ApplicationNeeds,
    ApplicationStatus,
    FairnessAnswer,
    FairnessQuestion,
)
from lms.admissions.models import (
    Criterion,
    CriterionLevel,
    CriterionText,
    Round,
    RoundStage,
    RoundStatus,
    RoundText,
    Stage,
)
from lms.admissions.rating import RATED_STAGES, Said
from lms.admissions.rating_models import BlindSheet, Rating, RatingStatus
from lms.admissions.sheets import new_code
from lms.app import create_app
from lms.core.db import db, utcnow
from lms.programmes.demo_classes import EVENING_CLASS
from tests.system import PIN

CANDIDATES, SEATS, WAITING = 120, 16, 10
LANGUAGES = ("en", "fr", "ar", "uk")
HEARD = "Knows what the bootcamp is"
CRITERIA = ("Goes on after mistakes", "Explains what was done")


def seed(app: Flask) -> dict[str, object]:
    """The round and its people."""
    with app.app_context():
        evening = db.session.scalars(select(Cohort).where(Cohort.name == EVENING_CLASS)).one()
        evening.seats = None
        bootcamp = Cohort(
            programme=evening.programme, name="Next bootcamp", course_slug="first-steps-python",
            time_zone="Europe/Berlin",
        )  # fmt: skip
        db.session.add(bootcamp)
        db.session.flush()
        staff = {name: _member(name, bootcamp, Role.INSTRUCTOR) for name in ("Rita", "Rolf")}
        ines = _member("Ines", bootcamp, Role.INSTRUCTOR)
        nils = _member("Nils", bootcamp, Role.COORDINATOR)
        appoint(nils, bootcamp.programme)
        made = _round(bootcamp)
        people = [_candidate(made, evening, number) for number in range(CANDIDATES)]
        for person in staff.values():
            raters.add_rater(made, person)
        raters.assign(made)
        db.session.flush()
        _rate(made)
        db.session.commit()
        return {
            "round": made.public_id,
            "code": bootcamp.join_code,
            "home": evening.join_code,
            "interviewer": ines.public_id,
            "candidates": [application.public_id for application in people],
        }


def _member(name: str, cohort: Cohort, role: Role) -> User:
    user = User(name=name)
    set_secret(user, PIN)
    db.session.add(user)
    db.session.flush()
    enrol(user, cohort, role)
    return user


def _round(cohort: Cohort) -> Round:
    now = utcnow()
    made = Round(
        programme_id=cohort.programme_id, cohort_id=cohort.id, name="Autumn round", status=RoundStatus.CLOSED,
        seats=SEATS, waiting_size=WAITING, opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1),
        languages=list(LANGUAGES), working_language="en", courses=["first-steps-python"],
    )  # fmt: skip
    made.stages = [RoundStage(stage=stage) for stage in (Stage.COURSEWORK, Stage.INTERVIEW, Stage.DECISION)]
    made.texts = [RoundText(language=tag, about=f"Seats in the next bootcamp ({tag}).") for tag in LANGUAGES]
    made.criteria = [
        Criterion(
            position=place, stage=Stage.INTERVIEW if name == HEARD else Stage.COURSEWORK,
            texts=[CriterionText(language=tag, name=name, words="We look at the work.") for tag in LANGUAGES],
            levels=[CriterionLevel(level=level, anchor=f"{name}: level {level}") for level in range(4)],
        )
        for place, name in enumerate((*CRITERIA, HEARD))
    ]  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _candidate(made: Round, home: Cohort, number: int) -> Application:
    user = User(name=f"Candidate {number}", language=LANGUAGES[number % 4])
    if number < 20:  # those whom the test follows
        set_secret(user, PIN)
    db.session.add(user)
    db.session.flush()
    enrol(user, home)
    application = Application(
        round_id=made.id, user_id=user.id, from_cohort_id=home.id, status=ApplicationStatus.SUBMITTED,
        motivation="I want to build things that work.", motivation_language="en",
        submitted_at=utcnow() - timedelta(days=3),
    )  # fmt: skip
    db.session.add(application)
    db.session.flush()
    answers = {
        FairnessQuestion.GENDER: ("woman", "man")[number % 2],
        FairnessQuestion.CARE: ("yes", "no", "no")[number % 3],
        FairnessQuestion.LANGUAGE: LANGUAGES[number % 4],
    }
    db.session.add(ApplicationNeeds(application_id=application.id, childcare=number % 3 == 0))
    db.session.add_all(
        FairnessAnswer(application_id=application.id, question=question, answer=answer)
        for question, answer in answers.items()
    )
    db.session.add(
        BlindSheet(
            application_id=application.id, round_id=made.id, code=new_code(), motivation=application.motivation,
            checked_at=utcnow(),
        )
    )  # fmt: skip
    return application


def _rate(made: Round) -> None:
    """All ratings but the first one of each rater, which the test gives in the browser."""
    random = Random("a whole round")  # noqa: S311  (made-up people)
    left: set[int | None] = set()
    asked = db.session.scalars(
        select(Rating)
        .where(Rating.round_id == made.id, Rating.status == RatingStatus.ASKED)
        .order_by(Rating.id)
    )
    for one in asked.all():
        if one.rater_id not in left:
            left.add(one.rater_id)
            continue
        said = {
            criterion.id: Said(random.randint(1, 3), "As the work shows.")
            for criterion in made.criteria
            if criterion.stage in RATED_STAGES
        }
        rating.keep(one, one.version, said, "", done=True)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(seed(create_app())))
