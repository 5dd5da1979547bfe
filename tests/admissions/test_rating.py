"""Raters: asked fairly, blind to one another until both are in, a third where they are far apart."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import select

from lms.accounts.models import Role, User
from lms.admissions import calibration, rating
from lms.admissions import raters as asking
from lms.admissions.models import Criterion
from lms.admissions.rating import Said
from lms.admissions.rating_models import (
    BlindSheet,
    CalibrationExample,
    CalibrationLevel,
    Conflict,
    Disagreement,
    Rating,
    RatingStatus,
)
from lms.core.db import db, utcnow
from tests.admissions.rounds import Scene, make_round
from tests.conftest import DATABASE_URL
from tests.factories import enrol, make_user


@pytest.fixture
def settings(settings: dict[str, object], tmp_path) -> dict[str, object]:
    """A database that several connections see."""
    if not DATABASE_URL:
        settings["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'rating.db'}"
    return settings


@pytest.fixture
def scene(app) -> Scene:
    made = make_round()
    for number, application in enumerate(made.candidates):
        db.session.add(
            BlindSheet(
                application_id=application.id,
                round_id=made.round.id,
                code=f"CODE{number}",
                checked_at=utcnow(),
            )
        )
    db.session.commit()
    return made


@pytest.fixture
def raters(scene) -> list[User]:
    people = [make_user(name) for name in ("Rita", "Rolf", "Runa")]
    for person in people[:2]:
        asking.add_rater(scene.round, person)
    db.session.commit()
    return people


def asked(user: User) -> list[Rating]:
    return [one for one, _, _ in rating.ratings_for(user) if one.status == RatingStatus.ASKED]


def said(scene: Scene, *levels: int) -> dict[int, Said]:
    return {
        criterion.id: Said(level, "As I saw it.")
        for criterion, level in zip(scene.round.criteria, levels, strict=True)
    }


def rate(scene: Scene, one: Rating, *levels: int) -> list[Disagreement]:
    found = rating.keep(one, one.version, said(scene, *levels), "", done=True)
    db.session.commit()
    return found


def pair(scene: Scene) -> tuple[Rating, Rating]:
    """The two ratings of the first candidate."""
    asking.assign(scene.round)
    db.session.commit()
    first, second = db.session.scalars(
        select(Rating).where(Rating.application_id == scene.candidates[0].id).order_by(Rating.slot)
    )
    return first, second


def test_two_people_are_asked_for_each_and_share_the_work(scene, raters):
    assert asking.lacking(scene.round) == 8
    assert asking.assign(scene.round) == 8
    assert asking.assign(scene.round) == 0
    assert asking.lacking(scene.round) == 0
    assert [len(asked(person)) for person in raters] == [4, 4, 0]


def test_a_third_rater_is_given_her_share(scene, raters):
    asking.add_rater(scene.round, raters[2])
    asking.assign(scene.round)
    shares = Counter(one.rater_id for one in db.session.scalars(select(Rating)))
    assert sorted(shares.values()) == [2, 3, 3]


def test_who_teaches_or_is_the_candidate_is_not_asked(scene, raters):
    enrol(raters[0], scene.school.cohort, Role.INSTRUCTOR)
    asking.add_rater(scene.round, scene.candidates[0].user)
    asking.assign(scene.round)
    assert asked(raters[0]) == []
    own = [one.application_id for one in asked(scene.candidates[0].user)]
    assert scene.candidates[0].id not in own
    assert len(own) == 3
    assert asking.lacking(scene.round) == 1


def test_what_nobody_has_looked_over_is_not_read(scene, raters):
    sheet = db.session.get_one(BlindSheet, scene.candidates[0].id)
    sheet.checked_at = None
    assert asking.assign(scene.round) == 6


def test_a_conflict_of_interest_goes_to_somebody_else_without_a_trace_of_what_was_said(scene, raters):
    first, second = pair(scene)
    rating.keep(first, first.version, said(scene, 1, 1), "Hm.", done=False)
    rating.declare_conflict(first, Conflict.RECOGNISED)
    db.session.commit()
    assert (first.status, first.remark, first.scores) == (RatingStatus.CONFLICT, "", [])
    assert asking.assign(scene.round) == 0, "neither of the two can take it"
    asking.add_rater(scene.round, raters[2])
    assert asking.assign(scene.round) == 1
    [new] = asked(raters[2])
    assert (new.application_id, new.slot) == (first.application_id, first.slot)
    with pytest.raises(rating.RatedMeanwhile):
        rating.declare_conflict(first, Conflict.FRIEND)
    assert second.status == RatingStatus.ASKED


def test_an_open_rating_can_be_given_to_somebody_else(scene, raters):
    first, second = pair(scene)
    rate(scene, second, 1, 1)
    assert asking.take_back(first)
    assert not asking.take_back(second)
    asking.add_rater(scene.round, raters[2])
    asking.assign(scene.round)
    assert first.application_id in {one.application_id for one in asked(raters[2])}


def test_a_rating_is_kept_as_it_grows_and_counts_when_it_is_whole(scene, raters):
    first, _ = pair(scene)
    one, other = (criterion.id for criterion in scene.round.criteria)
    rating.keep(first, 1, {one: Said(2, "Good.")}, "More later.", done=False)
    assert (first.version, first.remark, {score.criterion_id: score.level for score in first.scores}) == (
        2, "More later.", {one: 2},
    )  # fmt: skip
    with pytest.raises(rating.RatedMeanwhile):
        rating.keep(first, 1, {one: Said(0)}, "", done=False)
    with pytest.raises(rating.CannotRate):
        rating.keep(first, 2, {one: Said(2)}, "", done=True)
    with pytest.raises(rating.CannotRate):
        rating.keep(first, 2, {one: Said(9)}, "", done=False)
    with pytest.raises(rating.CannotRate):
        rating.keep(first, 2, {one: Said(None, "I do not know.")}, "", done=False)
    rating.keep(first, 2, {one: Said(2, "Good."), other: Said(1)}, "", done=True)
    assert first.status == RatingStatus.DONE
    with pytest.raises(rating.RatedMeanwhile):
        rating.keep(first, 3, {one: Said(0), other: Said(0)}, "", done=True)


def test_raters_do_not_see_each_other_before_both_are_in(scene, raters):
    first, second = pair(scene)
    rate(scene, first, 2, 2)
    assert rating.others_of(second) == []
    assert rating.others_of(first) == []
    rate(scene, second, 2, 1)
    assert [one.id for one in rating.others_of(first)] == [second.id]
    assert [one.id for one in rating.others_of(second)] == [first.id]


def test_near_ratings_ask_nobody_and_far_ones_ask_a_third(scene, raters):
    first, second = pair(scene)
    assert rate(scene, first, 3, 2) == []
    [apart] = rate(scene, second, 1, 1)
    assert (apart.criterion_id, apart.apart) == (scene.round.criteria[0].id, 2)
    asking.add_rater(scene.round, raters[2])
    assert asking.assign(scene.round) == 1
    [third] = asked(raters[2])
    assert third.slot == asking.THIRD
    assert rating.others_of(third) == []
    assert rate(scene, third, 2, 2) == []
    assert rating.levels_by_application([third.application_id])[third.application_id] == {
        scene.round.criteria[0].id: [3, 1, 2],
        scene.round.criteria[1].id: [2, 1, 2],
    }


def test_a_disagreement_is_settled_in_words(scene, raters):
    first, second = pair(scene)
    rate(scene, first, 3, 2)
    rate(scene, second, 0, 2)
    [apart] = rating.open_disagreements([first.application_id])
    with pytest.raises(rating.CannotRate):
        rating.settle(apart.application_id, apart.criterion_id, " ", scene.cora)
    rating.settle(apart.application_id, apart.criterion_id, "We agreed on 2.", scene.cora)
    db.session.commit()
    assert rating.open_disagreements([first.application_id]) == []
    assert (apart.note, apart.author_id) == ("We agreed on 2.", scene.cora.id)


def test_raters_who_finish_at_once_are_compared(app, scene, raters):
    first, second = pair(scene)
    criteria = [criterion.id for criterion in scene.round.criteria]
    together = threading.Barrier(2)

    def finish(number: int, level: int) -> None:
        with app.app_context():
            one = db.session.get_one(Rating, number)
            together.wait()
            rating.keep(one, 1, {criterion: Said(level) for criterion in criteria}, "", done=True)
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=finish, args=job) for job in ((first.id, 0), (second.id, 3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.expire_all()
    assert len(rating.open_disagreements([scene.candidates[0].id])) == 2


def test_raters_begin_with_the_examples(scene):
    criteria = db.session.scalars(select(Criterion).order_by(Criterion.position)).all()
    for position in range(2):
        db.session.add(
            CalibrationExample(
                round_id=scene.round.id, position=position, motivation="I like to repair things.",
                levels=[CalibrationLevel(criterion_id=one.id, level=2, why="She says how.") for one in criteria],
            )
        )  # fmt: skip
    person = make_user("Rita")
    rater = asking.add_rater(scene.round, person)
    db.session.commit()
    assert rater.calibrated_at is None
    assert asking.assign(scene.round) == 0
    first, second = calibration.examples_of(scene.round.id)
    with pytest.raises(rating.CannotRate):
        calibration.answer_example(rater, first, {criteria[0].id: 1})
    calibration.answer_example(rater, first, {one.id: 1 for one in criteria})
    assert rater.calibrated_at is None
    calibration.answer_example(rater, first, {one.id: 3 for one in criteria})
    calibration.answer_example(rater, second, {one.id: 2 for one in criteria})
    db.session.commit()
    assert rater.calibrated_at is not None
    assert calibration.answers_of(rater)[first.id] == {one.id: 1 for one in criteria}, (
        "the first answer stays"
    )
    assert asking.assign(scene.round) == 4
