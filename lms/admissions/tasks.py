"""Screening tasks: drawn from a course for each candidate, by a seed that is kept, and lent to her for some days.

Exercises of one lesson of the pool are equally hard. So each set has as many tasks of each lesson as any other; only
which they are differs. The same seed draws the same set.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from random import Random

from sqlalchemy import select, update

from lms.admissions.application_models import Application, ApplicationStatus, ScreeningTask
from lms.admissions.models import Round, RoundStage, Stage
from lms.catalog.shelf import find_course
from lms.core.db import changed_rows, db, utcnow
from lms.submissions.lending import Loan

SEED_BITS = 31


def draw(pool: Sequence[Sequence[str]], count: int, seed: int) -> list[str]:
    """`count` exercises of a pool (one row of keys for each lesson), as evenly over the lessons as can be.

    Lessons come in their order, so that everybody goes from the easier to the harder.
    """
    random = Random(seed)  # noqa: S311  # the seed itself is the secret
    rows = [random.sample(list(row), len(row)) for row in pool if row]
    wanted = min(count, sum(len(row) for row in rows))
    taken: list[list[str]] = [[] for _ in rows]
    place = 0
    while sum(map(len, taken)) < wanted:
        if len(taken[place % len(rows)]) < len(rows[place % len(rows)]):
            row = place % len(rows)
            taken[row].append(rows[row][len(taken[row])])
        place += 1
    return [key for row in taken for key in row]


def pool_of(screening: Round) -> list[list[str]]:
    """The keys of the pool's exercises by lesson; empty when the round has no tasks."""
    if screening.task_course is None:
        return []
    course = find_course(screening.task_course)
    if course is None:
        return []
    return [[exercise.key for exercise in lesson.exercises] for lesson in course.lessons if lesson.exercises]


def draw_for(application: Application) -> bool:
    """Draw the tasks of somebody who has none yet; whether there was something to write.

    The seed is set by a conditional update: of two requests at once, one draws.
    """
    screening = application.round
    pool = pool_of(screening)
    if not pool or not screening.task_count:
        return False
    seed = secrets.randbits(SEED_BITS)
    won = changed_rows(
        update(Application)
        .where(Application.id == application.id, Application.task_seed.is_(None))
        .values(task_seed=seed)
    )
    if not won:
        return False
    db.session.add_all(
        ScreeningTask(application_id=application.id, position=position, exercise_key=key)
        for position, key in enumerate(draw(pool, screening.task_count, seed))
    )
    db.session.flush()
    return True


def tasks_of(application_ids: Sequence[int]) -> dict[int, list[str]]:
    """The keys of the tasks of these applications, in their order."""
    found: dict[int, list[str]] = {}
    for number, key in db.session.execute(
        select(ScreeningTask.application_id, ScreeningTask.exercise_key)
        .where(ScreeningTask.application_id.in_(application_ids))
        .order_by(ScreeningTask.application_id, ScreeningTask.position)
    ):
        found.setdefault(number, []).append(key)
    return found


class Tasks:
    """Answers what submissions and learning ask (`lms.submissions.lending`): may she open this exercise?"""

    def loan(self, user_id: int, exercise_key: str) -> Loan | None:
        """The loan of a task that was drawn for her, from the day its window opens on."""
        now = utcnow()
        row = db.session.execute(
            select(Round.cohort_id, RoundStage.ends_at)
            .select_from(ScreeningTask)
            .join(Application, Application.id == ScreeningTask.application_id)
            .join(Round, Round.id == Application.round_id)
            .join(RoundStage, (RoundStage.round_id == Round.id) & (RoundStage.stage == Stage.TASK))
            .where(
                Application.user_id == user_id,
                Application.status == ApplicationStatus.SUBMITTED,
                ScreeningTask.exercise_key == exercise_key,
                RoundStage.begins_at <= now,
            )
            .order_by(RoundStage.ends_at.desc())
            .limit(1)
        ).first()
        return None if row is None else Loan(cohort_id=row.cohort_id, until=row.ends_at)
