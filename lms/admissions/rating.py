"""Raters: who reads whom, what they say by criterion, and what happens when they see it differently.

A rater knows a candidate by a random code only. Two people rate each application, and neither sees the other's rating
before both are in. Where they are further apart than the round's bound, a third is asked. Nothing here adds levels up
to one number: coordinators see what each person said on each criterion, and decide.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import STAFF, Enrolment, User
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.models import LONGEST_WORDS, Criterion, Round, Stage
from lms.admissions.rating_models import (
    BlindSheet,
    CalibrationAnswer,
    CalibrationExample,
    Conflict,
    Disagreement,
    Rater,
    Rating,
    RatingStatus,
    Score,
)
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict as ConflictError
from lms.core.errors import PasserelleError
from lms.core.text import clean_lines

RATED_STAGES = (Stage.COURSEWORK, Stage.TASK)
"""The stages whose criteria raters judge without knowing who it is; language and interview are heard by people."""
THIRD = 3
MOST_RATINGS = 500
MOST_EXAMPLES = 20


class CannotRate(PasserelleError):
    """The rating lacks something or cannot be given; the sentence says what to do."""

    code = "cannot_rate"


class RatedMeanwhile(ConflictError):
    """The rating was changed in another tab, or is not hers any more."""

    code = "rated_meanwhile"
    sentence = lazy_gettext(
        "This rating was changed in another tab, or was given to somebody else. What you wrote is in the fields."
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What a rater says on one criterion; `level` None while she is undecided."""

    level: int | None
    words: str = ""


def criteria_of(round_id: int) -> list[Criterion]:
    """The criteria that raters judge, with their texts and levels."""
    found = db.session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_id, Criterion.stage.in_(RATED_STAGES))
        .options(selectinload(Criterion.texts), selectinload(Criterion.levels))
        .order_by(Criterion.position)
    )
    return list(found)


def add_rater(round_: Round, user: User) -> Rater:
    """Let this person rate in the round; nothing changes when she does."""
    known = db.session.get(Rater, (round_.id, user.id))
    if known is not None:
        return known
    rater = Rater(round_id=round_.id, user_id=user.id)
    if not _has_examples(round_.id):
        rater.calibrated_at = utcnow()  # there is nothing to begin with
    try:
        with db.session.begin_nested():
            db.session.add(rater)
    except IntegrityError:  # another tab was quicker
        return db.session.get_one(Rater, (round_.id, user.id))
    return rater


def assign(round_: Round) -> int:
    """Ask raters for every application that is ready to be read and has too few; how many ratings were asked for.

    Whoever has the fewest open ratings is asked first. Who teaches or taught the candidate, said that she knows her,
    or is the candidate, is never asked.
    """
    raters = _ready_raters(round_.id)
    load = _open_by_rater(round_.id)
    barred = _barred(round_.id)
    taken = _slots(round_.id)
    apart = _apart(round_.id)
    asked = 0
    for application_id in _to_read(round_.id):
        slots = taken.get(application_id, {})
        for slot in _wanted_slots(round_, slots, apart=application_id in apart):
            free = [
                rater
                for rater in raters
                if rater not in slots.values() and (application_id, rater) not in barred
            ]
            if not free:
                break
            rater = min(free, key=lambda one: (load.get(one, 0), secrets.randbelow(1 << 30)))
            if not _ask(round_.id, application_id, rater, slot):
                break  # somebody else assigns at this moment
            slots = {**slots, slot: rater}
            load[rater] = load.get(rater, 0) + 1
            asked += 1
    return asked


def lacking(round_: Round) -> int:
    """How many ratings nobody can be asked for: the round needs more raters."""
    taken, apart = _slots(round_.id), _apart(round_.id)
    return sum(
        len(_wanted_slots(round_, taken.get(application_id, {}), apart=application_id in apart))
        for application_id in _to_read(round_.id)
    )


def keep(
    rating: Rating, version: int, said: Mapping[int, Said], remark: str, *, done: bool
) -> list[Disagreement]:
    """Store what a rater has written so far; with `done` it counts, and cannot be changed any more.

    Raises CannotRate where `done` lacks a level, RatedMeanwhile for another version. Returns where the raters are
    further apart than the round's bound, when this was the last of them.
    """
    criteria = criteria_of(rating.round_id)
    known = {criterion.id: {level.level for level in criterion.levels} for criterion in criteria}
    tidy = {
        number: Said(one.level, clean_lines(one.words)) for number, one in said.items() if number in known
    }
    if any(one.level is not None and one.level not in known[number] for number, one in tidy.items()):
        raise CannotRate(str(lazy_gettext("This page sent something we cannot read. Load the page again.")))
    if any(one.level is None and one.words for one in tidy.values()):
        raise CannotRate(str(lazy_gettext("Choose a level where you have written something.")))
    remark = clean_lines(remark)
    if max(map(len, [remark, *(one.words for one in tidy.values())])) > LONGEST_WORDS:
        raise CannotRate(str(lazy_gettext("This text is too long. Make it shorter.")))
    if done and any(number not in tidy or tidy[number].level is None for number in known):
        raise CannotRate(
            str(lazy_gettext("Choose a level for each criterion. What you chose so far is kept."))
        )
    values: dict[str, object] = {"version": version + 1, "remark": remark}
    if done:
        values |= {"status": RatingStatus.DONE, "done_at": utcnow()}
    changed = changed_rows(
        update(Rating)
        .where(Rating.id == rating.id, Rating.status == RatingStatus.ASKED, Rating.version == version)
        .values(**values)
    )
    if changed != 1:
        raise RatedMeanwhile
    _store_scores(rating, tidy)
    db.session.expire(rating)
    return _compare(rating) if done else []


def declare_conflict(rating: Rating, conflict: Conflict) -> None:
    """She knows the candidate: somebody else will be asked, and what she wrote is forgotten."""
    changed = changed_rows(
        update(Rating)
        .where(Rating.id == rating.id, Rating.status == RatingStatus.ASKED)
        .values(status=RatingStatus.CONFLICT, conflict=conflict, remark="", version=Rating.version + 1)
    )
    if changed != 1:
        raise RatedMeanwhile
    db.session.expire(rating)
    rating.scores.clear()
    db.session.flush()


def take_back(rating: Rating) -> bool:
    """Give an open rating to somebody else: its rater does not answer. False when it is done already."""
    changed = changed_rows(
        update(Rating)
        .where(Rating.id == rating.id, Rating.status == RatingStatus.ASKED)
        .values(status=RatingStatus.TAKEN_BACK, version=Rating.version + 1)
    )
    db.session.expire(rating)
    return changed == 1


def settle(application_id: int, criterion_id: int, note: str, by: User) -> None:
    """The raters have talked, or the third has said enough: a person writes what is taken from it."""
    text = clean_lines(note)
    if not text:
        raise CannotRate(str(lazy_gettext("Write what was agreed.")))
    if len(text) > LONGEST_WORDS:
        raise CannotRate(str(lazy_gettext("This text is too long. Make it shorter.")))
    changed_rows(
        update(Disagreement)
        .where(
            Disagreement.application_id == application_id,
            Disagreement.criterion_id == criterion_id,
            Disagreement.settled_at.is_(None),
        )
        .values(settled_at=utcnow(), note=text, author_id=by.id)
    )


def ratings_for(user: User) -> list[tuple[Rating, BlindSheet, Round]]:
    """What this person is asked to rate and has rated, the open ones first; by code, not by who came first."""
    found = db.session.execute(
        select(Rating, BlindSheet, Round)
        .join(BlindSheet, BlindSheet.application_id == Rating.application_id)
        .join(Round, Round.id == Rating.round_id)
        .where(Rating.rater_id == user.id, Rating.status.in_((RatingStatus.ASKED, RatingStatus.DONE)))
        .order_by(Rating.status, BlindSheet.code)
        .limit(MOST_RATINGS)
    )
    return [(rating, sheet, round_) for rating, sheet, round_ in found]


def others_of(rating: Rating) -> list[Rating]:
    """What the other raters said of the same application: nothing before everybody who is asked has answered."""
    found = db.session.scalars(
        select(Rating)
        .where(
            Rating.application_id == rating.application_id,
            Rating.status.in_((RatingStatus.ASKED, RatingStatus.DONE)),
        )
        .options(selectinload(Rating.scores))
    ).all()
    if any(one.status != RatingStatus.DONE for one in found):
        return []
    return [one for one in found if one.id != rating.id]


def levels_by_application(applications: Iterable[int]) -> dict[int, dict[int, list[int]]]:
    """For coordinators: the levels that were given, by application and criterion, in the order of the raters' slots."""
    found = db.session.execute(
        select(Rating.application_id, Score.criterion_id, Score.level)
        .join(Score, Score.rating_id == Rating.id)
        .where(Rating.application_id.in_(list(applications)), Rating.status == RatingStatus.DONE)
        .order_by(Rating.slot)
    )
    levels: dict[int, dict[int, list[int]]] = {}
    for application_id, criterion_id, level in found:
        levels.setdefault(application_id, {}).setdefault(criterion_id, []).append(level)
    return levels


def open_disagreements(applications: Sequence[int]) -> list[Disagreement]:
    """Where raters are far apart and nobody has written down what is taken from it."""
    found = db.session.scalars(
        select(Disagreement)
        .where(Disagreement.application_id.in_(applications), Disagreement.settled_at.is_(None))
        .order_by(Disagreement.application_id, Disagreement.criterion_id)
    )
    return list(found)


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
    if set(levels) != meant:
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


def _has_examples(round_id: int) -> bool:
    return db.session.scalar(select(exists().where(CalibrationExample.round_id == round_id))) or False


def _ready_raters(round_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(Rater.user_id).where(Rater.round_id == round_id, Rater.calibrated_at.is_not(None))
        )
    )


def _open_by_rater(round_id: int) -> dict[int, int]:
    found = db.session.execute(
        select(Rating.rater_id, func.count())
        .where(Rating.round_id == round_id, Rating.status == RatingStatus.ASKED)
        .group_by(Rating.rater_id)
    )
    return {rater: count for rater, count in found if rater is not None}


def _barred(round_id: int) -> set[tuple[int, int]]:
    """Pairs of application and person that must not be: she taught her, said that she knows her, or is she."""
    taught = (
        select(Application.id, Enrolment.user_id)
        .join(Enrolment, Enrolment.cohort_id == Application.from_cohort_id)
        .where(Application.round_id == round_id, Enrolment.role.in_(STAFF))
    )
    asked_before = select(Rating.application_id, Rating.rater_id).where(
        Rating.round_id == round_id, Rating.rater_id.is_not(None)
    )
    herself = select(Application.id, Application.user_id).where(Application.round_id == round_id)
    return {
        (application_id, user_id)
        for query in (taught, asked_before, herself)
        for application_id, user_id in db.session.execute(query)
        if user_id is not None
    }


def _slots(round_id: int) -> dict[int, dict[int, int]]:
    """Who holds which slot of which application."""
    found = db.session.execute(
        select(Rating.application_id, Rating.slot, Rating.rater_id).where(
            Rating.round_id == round_id, Rating.status.in_((RatingStatus.ASKED, RatingStatus.DONE))
        )
    )
    slots: dict[int, dict[int, int]] = {}
    for application_id, slot, rater_id in found:
        slots.setdefault(application_id, {})[slot] = rater_id or 0
    return slots


def _to_read(round_id: int) -> list[int]:
    """Applications whose sheet a person has looked over, by code: an order that says nothing."""
    return list(
        db.session.scalars(
            select(BlindSheet.application_id)
            .join(Application, Application.id == BlindSheet.application_id)
            .where(
                BlindSheet.round_id == round_id,
                BlindSheet.checked_at.is_not(None),
                Application.status == ApplicationStatus.SUBMITTED,
            )
            .order_by(BlindSheet.code)
        )
    )


def _apart(round_id: int) -> set[int]:
    """Applications whose raters are far apart, with nothing settled."""
    return set(
        db.session.scalars(
            select(Disagreement.application_id)
            .join(Application, Application.id == Disagreement.application_id)
            .where(Application.round_id == round_id, Disagreement.settled_at.is_(None))
        )
    )


def _wanted_slots(round_: Round, taken: Mapping[int, int], *, apart: bool) -> list[int]:
    """The slots of one application for which nobody is asked yet."""
    wanted = [slot for slot in range(1, round_.raters_each + 1) if slot not in taken]
    if apart and round_.raters_each < THIRD and THIRD not in taken:
        wanted.append(THIRD)
    return wanted


def _ask(round_id: int, application_id: int, rater_id: int, slot: int) -> bool:
    try:
        with db.session.begin_nested():
            db.session.add(
                Rating(round_id=round_id, application_id=application_id, rater_id=rater_id, slot=slot)
            )
    except IntegrityError:
        return False
    return True


def _store_scores(rating: Rating, said: Mapping[int, Said]) -> None:
    kept = {score.criterion_id: score for score in rating.scores}
    for number, one in said.items():
        if one.level is None:
            if number in kept:
                rating.scores.remove(kept[number])
        elif number in kept:
            kept[number].level, kept[number].words = one.level, one.words
        else:
            rating.scores.append(Score(criterion_id=number, level=one.level, words=one.words))
    db.session.flush()


def _compare(rating: Rating) -> list[Disagreement]:
    """Whether the first raters are further apart than the bound, when the last of them has answered.

    The sheet's row is written first: of two raters who finish at once, the second waits here and sees the first.
    """
    changed_rows(
        update(BlindSheet)
        .where(BlindSheet.application_id == rating.application_id)
        .values(version=BlindSheet.version)
    )
    round_ = db.session.get_one(Round, rating.round_id)
    done = db.session.scalars(
        select(Rating)
        .where(
            Rating.application_id == rating.application_id,
            Rating.status == RatingStatus.DONE,
            Rating.slot <= round_.raters_each,
        )
        .options(selectinload(Rating.scores), joinedload(Rating.rater))
        .execution_options(populate_existing=True)
    ).all()
    if len(done) < round_.raters_each or rating.slot > round_.raters_each:
        return []
    levels: dict[int, list[int]] = {}
    for one in done:
        for score in one.scores:
            levels.setdefault(score.criterion_id, []).append(score.level)
    found = [
        Disagreement(application_id=rating.application_id, criterion_id=number, apart=max(given) - min(given))
        for number, given in levels.items()
        if max(given) - min(given) >= round_.disagreement_bound
    ]
    known = select(Disagreement.criterion_id).where(Disagreement.application_id == rating.application_id)
    known_criteria = set(db.session.scalars(known))
    new = [one for one in found if one.criterion_id not in known_criteria]
    db.session.add_all(new)
    db.session.flush()
    return new
