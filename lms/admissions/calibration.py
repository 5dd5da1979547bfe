"""Examples with which raters begin: made-up people, on whom they find out what the levels mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from lms.admissions.models import LONGEST_WORDS, Criterion, Round
from lms.admissions.rating import CannotRate
from lms.admissions.rating_models import (
    CalibrationAnswer,
    CalibrationExample,
    CalibrationLevel,
    Rater,
    Rating,
    RatingStatus,
)
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError

MOST_EXAMPLES = 20
LONGEST_SAMPLE = 6000


class ExampleRefused(PasserelleError):
    """An example that lacks something; the sentence says what."""

    status = 422
    code = "example_refused"


class ExampleAnswered(Conflict):
    """Raters have answered it: they all must have read the same."""

    code = "example_answered"
    sentence = lazy_gettext(
        "Somebody has answered this example already, so it no longer changes. You can take it out and write another."
    )


@dataclass(frozen=True, slots=True)
class Meant:
    """The level that an example shows on a criterion, and why; `level` None while nobody has said."""

    level: int | None
    why: str


@dataclass(frozen=True, slots=True)
class ExampleText:
    """What raters read of a made-up person."""

    motivation: str
    evidence: str
    work: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many raters have answered an example, and how many of their levels were the ones meant."""

    people: int = 0
    levels: int = 0
    as_meant: int = 0


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


def agreement_in(round_id: int) -> dict[int, Agreement]:
    """How raters answered, by example."""
    found = db.session.execute(
        select(
            CalibrationAnswer.example_id,
            func.count(CalibrationAnswer.user_id.distinct()),
            func.count(),
            func.count().filter(CalibrationAnswer.level == CalibrationLevel.level),
        )
        .join(CalibrationExample, CalibrationExample.id == CalibrationAnswer.example_id)
        .outerjoin(
            CalibrationLevel,
            (CalibrationLevel.example_id == CalibrationAnswer.example_id)
            & (CalibrationLevel.criterion_id == CalibrationAnswer.criterion_id),
        )
        .where(CalibrationExample.round_id == round_id)
        .group_by(CalibrationAnswer.example_id)
    )
    return {example: Agreement(*counts) for example, *counts in found}


def write_example(
    screening: Round,
    example: CalibrationExample | None,
    words: ExampleText,
    meant: Mapping[int, Meant],
    criteria: Sequence[Criterion],
) -> CalibrationExample:
    """Keep a new example, or change one that nobody has answered.

    Raises ExampleRefused where something is missing, ExampleAnswered where raters have read it already.
    """
    _check(words, meant, criteria)
    if example is None:
        example = _new_example(screening)
        _ask_anew(screening.id)
    answered = exists().where(CalibrationAnswer.example_id == CalibrationExample.id)
    if not changed_rows(
        update(CalibrationExample)
        .where(CalibrationExample.id == example.id, ~answered)
        .values(motivation=words.motivation, evidence=words.evidence, work=words.work)
    ):
        raise ExampleAnswered
    db.session.execute(delete(CalibrationLevel).where(CalibrationLevel.example_id == example.id))
    db.session.execute(
        insert(CalibrationLevel),
        [
            {"example_id": example.id, "criterion_id": number, "level": one.level, "why": one.why}
            for number, one in meant.items()
        ],
    )
    db.session.expire(example)
    return example


def drop_example(example: CalibrationExample) -> None:
    """Take an example out, with what was answered; whoever has begun to rate goes on."""
    round_id = example.round_id
    db.session.execute(delete(CalibrationExample).where(CalibrationExample.id == example.id))
    db.session.expunge(example)
    for rater in db.session.scalars(
        select(Rater).where(Rater.round_id == round_id, Rater.calibrated_at.is_(None))
    ):
        if not _unanswered(rater):
            rater.calibrated_at = utcnow()
    db.session.flush()


def _check(words: ExampleText, meant: Mapping[int, Meant], criteria: Sequence[Criterion]) -> None:
    known = {one.id: {level.level for level in one.levels} for one in criteria}
    if not known:
        raise ExampleRefused(
            str(lazy_gettext("Write the round's criteria first: an example shows what their levels mean."))
        )
    if not (words.motivation or words.evidence or words.work):
        raise ExampleRefused(str(lazy_gettext("Write what the made-up person wrote or did.")))
    if max(map(len, (words.motivation, words.evidence, words.work))) > LONGEST_SAMPLE:
        raise ExampleRefused(str(lazy_gettext("This text is too long. Make it shorter.")))
    for number, levels in known.items():
        one = meant.get(number)
        if one is None or one.level not in levels:
            raise ExampleRefused(str(lazy_gettext("Choose the level that you agreed on for each criterion.")))
        if not one.why:
            raise ExampleRefused(
                str(lazy_gettext("Say why for each criterion: that is what raters learn from."))
            )
        if len(one.why) > LONGEST_WORDS:
            raise ExampleRefused(str(lazy_gettext("This text is too long. Make it shorter.")))


def _new_example(screening: Round) -> CalibrationExample:
    """An empty example at the end; of two that are written at once, each gets its place."""
    for _try in range(MOST_EXAMPLES):
        count, last = db.session.execute(
            select(func.count(), func.max(CalibrationExample.position)).where(
                CalibrationExample.round_id == screening.id
            )
        ).one()
        if count >= MOST_EXAMPLES:
            break
        example = CalibrationExample(round_id=screening.id, position=0 if last is None else last + 1)
        try:
            with db.session.begin_nested():
                db.session.add(example)
        except IntegrityError:
            continue
        return example
    raise ExampleRefused(
        str(lazy_gettext("A round has at most %(count)s examples. Take one out first.", count=MOST_EXAMPLES))
    )


def _ask_anew(round_id: int) -> None:
    """Whoever has rated nobody yet begins with the new example, too."""
    rated = exists().where(
        Rating.round_id == Rater.round_id,
        Rating.rater_id == Rater.user_id,
        Rating.status.in_((RatingStatus.ASKED, RatingStatus.DONE)),
    )
    db.session.execute(
        update(Rater).where(Rater.round_id == round_id, ~rated).values(calibrated_at=None),
        execution_options={"synchronize_session": "fetch"},
    )


def shows_levels() -> ColumnElement[bool]:
    """Whether an example says something of a criterion that is still there: others cannot be answered."""
    return exists().where(CalibrationLevel.example_id == CalibrationExample.id)


def _unanswered(rater: Rater) -> bool:
    answered = exists().where(
        CalibrationAnswer.example_id == CalibrationExample.id, CalibrationAnswer.user_id == rater.user_id
    )
    left = select(CalibrationExample.id).where(
        CalibrationExample.round_id == rater.round_id, shows_levels(), ~answered
    )
    return db.session.scalar(left.limit(1)) is not None


def has_examples(round_id: int) -> bool:
    """Whether raters of a round have something to begin with."""
    found = exists().where(CalibrationExample.round_id == round_id, shows_levels())
    return db.session.scalar(select(found)) or False
