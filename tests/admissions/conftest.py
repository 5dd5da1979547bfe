"""A round into the weekend class: Cora runs it, Ben and Dina apply, Cleo learns elsewhere."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.accounts.models import Cohort, User
from lms.admissions import applications, rounds, tasks
from lms.admissions.application_models import Application, Level
from lms.admissions.models import (
    Criterion,
    CriterionLevel,
    CriterionText,
    EvidenceRule,
    Measure,
    Round,
    RoundStage,
    RoundText,
    Stage,
)
from lms.catalog.services import get_exercise, remember_version
from lms.core.db import db, utcnow
from lms.submissions.models import Status, Submission
from tests.factories import COURSE, School, make_school, sign_in

POOL = "web-first-steps"
BASELINE = f"{COURSE}/01-hello"
LANGUAGES = ("en", "ar")
_keys = count(1)


@pytest.fixture
def school(app: Flask) -> School:
    """Everybody; the weekend class keeps the clock of Berlin."""
    school = make_school()
    school.beside.time_zone = "Europe/Berlin"
    db.session.commit()
    return school


@pytest.fixture
def screening(school: School) -> Round:
    """A round that takes applications now, with tasks that can be handed in."""
    return make_round(school.beside)


@pytest.fixture
def cora(app: Flask, school: School) -> FlaskClient:
    """Cora's browser."""
    return browser(app, school.cora)


@pytest.fixture
def ben(app: Flask, school: School) -> FlaskClient:
    """Ben's browser."""
    return browser(app, school.ben)


def browser(app: Flask, person: User) -> FlaskClient:
    """A browser with this person signed in."""
    client = app.test_client()
    sign_in(client, person)
    return client


def make_round(cohort: Cohort, *, draft: bool = False, seats: int = 2, **more: Any) -> Round:
    """A round with two criteria in two languages; opened by the front door of services unless it stays a draft."""
    now = utcnow()
    rules = more.pop("rules", dict.fromkeys(Measure))
    screening = Round(
        programme_id=cohort.programme_id,
        cohort_id=cohort.id,
        name="Spring round",
        seats=seats,
        waiting_size=2,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=14),
        languages=list(LANGUAGES),
        working_language="en",
        courses=[COURSE],
        stretch=[f"{COURSE}/10-project"],
        baseline_lesson=BASELINE,
        task_course=POOL,
        task_count=3,
    )
    for name, value in more.items():
        setattr(screening, name, value)
    days = (now - timedelta(hours=1), now + timedelta(days=10))
    screening.stages = [
        RoundStage(stage=Stage.COURSEWORK),
        RoundStage(stage=Stage.TASK, begins_at=days[0], ends_at=days[1]),
        RoundStage(stage=Stage.INTERVIEW, begins_at=days[1], ends_at=days[1] + timedelta(days=5)),
        RoundStage(stage=Stage.DECISION),
    ]
    screening.texts = [RoundText(language=tag, about=f"About the class ({tag}).") for tag in LANGUAGES]
    screening.criteria = [
        Criterion(
            position=place,
            stage=Stage.COURSEWORK,
            texts=[
                CriterionText(language=tag, name=f"{name} ({tag})", words="In words.") for tag in LANGUAGES
            ],
            levels=[CriterionLevel(level=level, anchor=f"Does {level}.") for level in range(3)],
        )
        for place, name in enumerate(("Goes on", "Learns"))
    ]
    screening.rules = [EvidenceRule(measure=measure, guide=guide) for measure, guide in rules.items()]
    db.session.add(screening)
    db.session.commit()
    if not draft:
        rounds.open_round(screening, db.session.scalars(select(User).where(User.is_admin)).one())
        db.session.commit()
    return screening


def apply(screening: Round, person: User, *, submit: bool = True, **fields: Any) -> Application:
    """An application of this person's, sent in with its tasks drawn unless it stays a draft."""
    application = applications.begin(person, screening)
    for name, value in {
        "motivation": "I want to build things that work.",
        "motivation_language": "en",
        "hours_per_week": 20,
        "language_level": Level.B1,
        **fields,
    }.items():
        setattr(application, name, value)
    db.session.commit()
    if submit:
        applications.submit(application, application.version)
        tasks.draw_for(application)
        db.session.commit()
    return application


def worked(
    person: User,
    key: str,
    outcome: str = "passed",
    *,
    ago: timedelta = timedelta(hours=2),
    cohort: Cohort | None = None,
) -> Submission:
    """A graded hand-in of so long ago."""
    exercise = get_exercise(Path(current_app.config["COURSES_DIR"]), key)
    assert exercise is not None, key
    remember_version(exercise)
    submission = Submission(
        user_id=person.id,
        cohort_id=cohort.id if cohort is not None else person.enrolments[0].cohort_id,
        exercise_key=key,
        exercise_version=exercise.version,
        client_key=f"client-key-{next(_keys)}",
        files={"main.py": f"# by {person.name}\nprint(1)\n"},
        received_at=utcnow() - ago,
        status=Status.GRADED,
        outcome=outcome,
        graded_at=utcnow() - ago,
    )
    db.session.add(submission)
    db.session.commit()
    return submission


def set_row(screening: Round, **values: Any) -> None:
    """Change a round as time would."""
    db.session.execute(update(Round).where(Round.id == screening.id).values(**values))
    db.session.commit()


def text(answer: Any) -> str:
    """The page as text."""
    return str(answer.get_data(as_text=True))
