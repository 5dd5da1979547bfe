"""The rounds of the large school: in each programme one, for its last class, in which half of the others apply."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from lms.admissions.application_models import (
    Application,
    ApplicationNeeds,
    ApplicationRead,
    ApplicationStatus,
    FairnessAnswer,
    FairnessQuestion,
    Level,
    ScreeningTask,
    Seen,
)
from lms.admissions.models import (
    Criterion,
    CriterionLevel,
    CriterionText,
    EvidenceRule,
    Measure,
    Round,
    RoundChange,
    RoundEvent,
    RoundStage,
    RoundStatus,
    RoundText,
    Stage,
)
from lms.admissions.rating_models import BlindSheet
from lms.admissions.sheets import new_code
from lms.admissions.tasks import draw, pool_of
from lms.demo.school import Class, Scale, Student
from lms.demo.sink import Sink

LANGUAGES = ("en", "fr", "ar")
COURSE, POOL = "first-steps-python", "web-first-steps"
TASKS, LEVELS = 3, 4
CRITERIA = (
    ("Goes on after mistakes", "You try again and use what people told you."),
    ("Learns", "We look at what you can do now, beside what you could do when you began."),
    ("Has time", "You can come to class and have some hours for it at home."),
)
MOTIVATION = (
    "I want to build things that work, and find work with it. I learn in the evening, when it is quiet."
)


def seed_rounds(scale: Scale, sink: Sink, now: datetime, classes: Sequence[Class]) -> Iterator[int]:
    """Programme by programme; a number after each."""
    for done, (_, its) in enumerate(groupby(classes, key=attrgetter("programme"))):
        *others, into = its
        if others:
            number = _round(sink, now, into)
            pool = pool_of(Round(task_course=POOL))
            for one in others:
                for student in one.students[::2]:
                    _application(scale, sink, now, screening=number, home=one, student=student, pool=pool)
        yield done


def _round(sink: Sink, now: datetime, into: Class) -> int:
    number = sink.new_id(Round)
    closes = now + timedelta(days=10)
    sink.add(
        Round, id=number, programme_id=into.programme, cohort_id=into.id, name="Round into the last class",
        status=RoundStatus.OPEN, seats=16, waiting_size=8, opens_at=now - timedelta(days=10), closes_at=closes,
        letters_on=(now + timedelta(days=30)).date(), languages=json.dumps(LANGUAGES), working_language="en",
        courses=json.dumps([COURSE]), stretch="[]", baseline_lesson=f"{COURSE}/01-hello", task_course=POOL,
        task_count=TASKS,
    )  # fmt: skip
    for stage in Stage:
        dated: dict[str, Any] = {"begins_at": None, "ends_at": None}
        if stage == Stage.TASK:
            dated = {"begins_at": now - timedelta(days=10), "ends_at": closes}
        sink.add(RoundStage, round_id=number, stage=stage, **dated)
    for language in LANGUAGES:
        sink.add(
            RoundText, round_id=number, language=language, about="Half a year, full time, free of charge."
        )
    for measure in Measure:
        sink.add(EvidenceRule, round_id=number, measure=measure, guide=None)
    for position, (name, words) in enumerate(CRITERIA):
        criterion = sink.new_id(Criterion)
        sink.add(Criterion, id=criterion, round_id=number, position=position, stage=Stage.COURSEWORK)
        for language in LANGUAGES:
            sink.add(CriterionText, criterion_id=criterion, language=language, name=name, words=words)
        for level in range(LEVELS):
            sink.add(CriterionLevel, criterion_id=criterion, level=level, anchor=f"What level {level} does.")
    sink.add(
        RoundEvent, round_id=number, change=RoundChange.OPENED, closes_at=closes, author_id=into.coordinator,
        at=now - timedelta(days=10),
    )  # fmt: skip
    return number


def _application(
    scale: Scale,
    sink: Sink,
    now: datetime,
    *,
    screening: int,
    home: Class,
    student: Student,
    pool: Sequence[Sequence[str]],
) -> None:
    if not student.here:
        return
    random = scale.random("applies", student.number, home.number)
    number, seed = sink.new_id(Application), random.getrandbits(31)
    at = now - timedelta(days=9) * random.random()
    sink.add(
        Application, id=number, round_id=screening, user_id=student.id, from_cohort_id=home.id,
        status=ApplicationStatus.SUBMITTED, motivation=MOTIVATION, motivation_language="en",
        hours_per_week=random.randrange(10, 40), availability='["weekday_evenings"]',
        language_level=random.choice(list(Level)), task_seed=seed, created_at=at, saved_at=at, submitted_at=at,
    )  # fmt: skip
    for position, key in enumerate(draw(pool, TASKS, seed)):
        sink.add(ScreeningTask, application_id=number, position=position, exercise_key=key)
    sink.add(
        ApplicationNeeds, application_id=number, laptop=random.random() < 0.3, childcare=random.random() < 0.2
    )
    for question, answers in (
        (FairnessQuestion.GENDER, ("woman", "man", "rather_not")),
        (FairnessQuestion.CARE, ("yes", "no")),
    ):
        sink.add(FairnessAnswer, application_id=number, question=question, answer=random.choice(answers))
    sink.add(
        BlindSheet, application_id=number, round_id=screening, code=new_code(), motivation=MOTIVATION,
        evidence="[]", prepared_at=now, checked_at=now,
    )  # fmt: skip
    sink.add(
        ApplicationRead, application_id=number, reader_id=home.coordinator, seen=Seen.APPLICATION,
        on_day=now.date(),
    )  # fmt: skip
