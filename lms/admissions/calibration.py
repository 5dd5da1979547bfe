"""Examples with which raters begin: made-up people, on whom they find out what the levels mean."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext
from sqlalchemy import exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from lms.admissions.rating import CannotRate
from lms.admissions.rating_models import (
    CalibrationAnswer,
    CalibrationExample,
    Rater,
)
from lms.core.db import db, utcnow

MOST_EXAMPLES = 20


def examples_of(round_id: int) -> list[CalibrationExample]:
    """The made-up applications with which raters of a round begin."""
    found = db.session.scalars(
        select(CalibrationExample)
        .where(CalibrationExample.round_id == round_id)
        .options(selectinload(CalibrationExample.levels))
        .order_by(CalibrationExample.position)
        .limit(MOST_EXAMPLES)
    )
    return list(found)


def answer_example(rater: Rater, example: CalibrationExample, levels: Mapping[int, int]) -> None:
    """The levels that a rater sees in an example; after the last one she is asked to rate. Her first answer stays."""
    meant = {level.criterion_id for level in example.levels}
    if not meant or set(levels) != meant:
        raise CannotRate(str(lazy_gettext("Choose a level for each criterion.")))
    rows = [
        {
            "example_id": example.id, "criterion_id": criterion, "user_id": rater.user_id,
            "level": level, "at": utcnow(),
        }
        for criterion, level in levels.items()
    ]  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.execute(insert(CalibrationAnswer), rows)
    except IntegrityError:
        return  # answered already, or a level that is none
    if not _unanswered(rater) and rater.calibrated_at is None:
        rater.calibrated_at = utcnow()
        db.session.flush()


def answers_of(rater: Rater) -> dict[int, dict[int, int]]:
    """What a rater answered, by example and criterion."""
    found = db.session.execute(
        select(CalibrationAnswer.example_id, CalibrationAnswer.criterion_id, CalibrationAnswer.level)
        .join(CalibrationExample, CalibrationExample.id == CalibrationAnswer.example_id)
        .where(CalibrationAnswer.user_id == rater.user_id, CalibrationExample.round_id == rater.round_id)
    )
    answers: dict[int, dict[int, int]] = {}
    for example_id, criterion_id, level in found:
        answers.setdefault(example_id, {})[criterion_id] = level
    return answers


def _unanswered(rater: Rater) -> bool:
    answered = exists().where(
        CalibrationAnswer.example_id == CalibrationExample.id, CalibrationAnswer.user_id == rater.user_id
    )
    left = select(CalibrationExample.id).where(CalibrationExample.round_id == rater.round_id, ~answered)
    return db.session.scalar(left.limit(1)) is not None


def has_examples(round_id: int) -> bool:
    """Whether raters of a round have something to begin with."""
    return db.session.scalar(select(exists().where(CalibrationExample.round_id == round_id))) or False
