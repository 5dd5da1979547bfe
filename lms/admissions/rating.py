"""Raters: who reads whom, what they say by criterion, and what happens when they see it differently.

A rater knows a candidate by a random code only. Two people rate each application, and neither sees the other's rating
before both are in. Where they are further apart than the round's bound, a third is asked. Nothing here adds levels up
to one number: coordinators see what each person said on each criterion, and decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import User
from lms.admissions.application_models import Application
from lms.admissions.models import LONGEST_WORDS, Criterion, Round, Stage
from lms.admissions.rating_models import (
    BlindSheet,
    Conflict,
    Disagreement,
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
MOST_RATINGS = 500


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


def disagreements_in(round_id: int) -> list[Disagreement]:
    """Where raters of a round are far apart and nothing is settled yet."""
    found = db.session.scalars(
        select(Disagreement)
        .join(Application, Application.id == Disagreement.application_id)
        .where(Application.round_id == round_id, Disagreement.settled_at.is_(None))
        .order_by(Disagreement.application_id, Disagreement.criterion_id)
        .limit(MOST_RATINGS)
    )
    return list(found)


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
