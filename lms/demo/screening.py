"""The rounds of the large school: in each programme one, for its last class, in which half of the others apply.

Another one is decided already: see `judging`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

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
    Round,
)
from lms.admissions.rating_models import BlindSheet
from lms.admissions.sheets import new_code
from lms.admissions.tasks import draw, pool_of
from lms.demo.judging import seed_judged
from lms.demo.rounds import MOTIVATION, POOL, TASKS, lay_out_round
from lms.demo.school import Class, Scale, Student
from lms.demo.sink import Sink


def seed_rounds(scale: Scale, sink: Sink, now: datetime, classes: Sequence[Class]) -> Iterator[int]:
    """Programme by programme; a number after each."""
    for done, (_, its) in enumerate(groupby(classes, key=attrgetter("programme"))):
        *others, into = its
        if others:
            number, _ = lay_out_round(sink, now, into, seats_given=0, waiting_given=0)
            pool = pool_of(Round(task_course=POOL))
            seed_judged(sink, now, into, others)
            for one in others:
                for student in one.students[::2]:
                    _application(scale, sink, now, screening=number, home=one, student=student, pool=pool)
        yield done


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
