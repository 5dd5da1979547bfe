"""The large made-up school: the same seed gives the same school, it keeps the tables' rules, and it comes alone."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, text

from lms.accounts.models import Cohort, Enrolment, User
from lms.core.db import db
from lms.demo.cli import demo
from lms.demo.large import RealPeople, make_large, must_be_unused
from lms.demo.school import Scale
from lms.demo.sink import Sink
from lms.programmes.demo import seed_demo
from lms.reviews.models import Review, ReviewStatus
from lms.submissions.models import Submission
from tests.conftest import make_tables
from tests.factories import make_user

TINY = Scale(cohorts=2, students=3, weeks=2)
# What is random on purpose, and moments at which rows were made.
SECRET = {"public_id", "join_code", "fs_uniquifier", "counted_at"}
WRITTEN_AT = {"user.last_sign_in_at", "programme.created_at", "track.created_at", "calendar_change.created_at",
              "programme_staff.created_at", "exercise_version.first_seen_at", "review_remark.created_at",
              "admission_round.created_at", "blind_sheet.code", "authored_course.created_at",
              "authored_course.changed_at", "course_person.created_at", "exercise_statistics.looked_at"}  # fmt: skip


def fill(scale: Scale) -> None:
    for _ in make_large(scale):
        db.session.commit()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for what may differ."""
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [
            column
            for column in table.columns
            if column.name not in SECRET and f"{table.name}.{column.name}" not in WRITTEN_AT
        ]
        found[table.name] = [tuple(map(repr, row)) for row in db.session.execute(select(*columns))]
    return {name: sorted(rows) for name, rows in found.items()}


def test_the_same_seed_gives_the_same_school(app: Flask) -> None:
    fill(TINY)
    first = everything()
    db.session.remove()
    make_tables()
    fill(TINY)
    assert everything() == first
    db.session.remove()
    make_tables()
    fill(Scale(TINY.cohorts, TINY.students, TINY.weeks, seed=2))
    assert everything() != first


def test_it_has_the_size_that_was_asked_for(app: Flask) -> None:
    fill(TINY)
    assert db.session.scalar(select(func.count()).select_from(Cohort)) == 2
    students = select(func.count()).where(Enrolment.role == "student")
    assert db.session.scalar(students) == 6
    assert (db.session.scalar(select(func.count()).select_from(Submission)) or 0) > 50


@pytest.fixture
def term(app: Flask) -> None:
    """A school far enough in its course that there was work to read."""
    fill(Scale(cohorts=2, students=4, weeks=12))


def test_what_refers_to_something_finds_it(term: None) -> None:
    if db.engine.dialect.name == "sqlite":
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert db.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    reviews = db.session.scalars(select(Review)).all()
    assert {ReviewStatus.WAITING, ReviewStatus.APPROVED} <= {review.status for review in reviews}
    for review in reviews:
        assert review.submission.user_id == review.user_id
        assert review.submission.cohort_id == review.cohort_id
        mine = select(func.count()).where(
            Submission.user_id == review.user_id,
            Submission.exercise_key == review.exercise_key,
            Submission.received_at < review.submission.received_at,
        )
        assert review.attempt == (db.session.scalar(mine) or 0) + 1


def test_rows_made_afterwards_get_keys_of_their_own(term: None) -> None:
    last = db.session.scalar(select(func.max(User.id))) or 0
    assert make_user("Nobody in particular").id == last + 1


def test_it_comes_beside_the_demonstration_school(app: Flask) -> None:
    seed_demo()
    db.session.commit()
    must_be_unused()


@pytest.mark.parametrize("made", ["person", "large school"])
def test_it_never_goes_among_real_people(app: Flask, made: str) -> None:
    if made == "person":
        make_user("Somebody")
    else:
        fill(TINY)
    db.session.commit()
    before = everything()
    with pytest.raises(RealPeople):
        fill(TINY)
    assert everything() == before


def test_the_command_says_what_to_do_instead(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("Somebody")
    db.session.commit()
    monkeypatch.setattr("lms.demo.cli.create_app", lambda: app)
    answer = CliRunner().invoke(demo, ["--large", "--cohorts", "1", "--students", "1", "--weeks", "1"])
    assert answer.exit_code == 1
    assert "Next step: set PASSERELLE_INSTANCE_DIR" in answer.output


@pytest.fixture
def sink(app: Flask) -> Sink:
    return Sink()


def test_a_row_with_other_columns_is_refused(sink: Sink) -> None:
    sink.add(User, id=1, name="One")
    with pytest.raises(TypeError, match="other columns"):
        sink.add(User, id=2, name="Two", language="en")
    with pytest.raises(TypeError, match="has no shoe_size"):
        sink.add(Cohort, shoe_size=3)
