"""Chores are done when they are due, once, in bounded parts; what goes wrong in one stops no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.models import User
from lms.authoring.models import AuthorRun, CourseImport, RunKind, RunStatus
from lms.authoring.retention import KEEP_IMPORTS, KEEP_RUNS
from lms.core import chores
from lms.core.chores import (
    AGAIN_AFTER_FAULT,
    AGAIN_WITH_MORE,
    DAILY,
    HOURLY,
    LEASE,
    Chore,
    ChoreRow,
    keep_house,
)
from lms.core.db import db, utcnow
from lms.core.jobs import TURN_SECONDS, Housekeeper
from tests.factories import make_authored, make_school, make_user

EXPECTED = {
    "admissions.applications",
    "admissions.offers",
    "admissions.rounds",
    "authoring.imports",
    "authoring.runs",
    "board.count",
    "board.talks",
    "referral.tidy",
}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, span: timedelta) -> None:
        self.now += span


class Work:
    """A chore that has so many parts to do, and writes down each."""

    def __init__(self, *parts: int | Exception) -> None:
        self.parts = list(parts)
        self.done: list[int] = []

    def __call__(self) -> int:
        part = self.parts.pop(0) if self.parts else 0
        if isinstance(part, Exception):
            make_user("Written before the fault")
            raise part
        self.done.append(part)
        return part


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(app: Flask, clock: Clock) -> Housekeeper:
    """A housekeeper without the chores of the features."""
    app.extensions["passerelle_chores"] = {}
    return Housekeeper(app, clock)


def row(name: str) -> ChoreRow:
    db.session.rollback()
    return db.session.get_one(ChoreRow, name, populate_existing=True)


def test_every_feature_has_registered_what_its_time_asks_for(app: Flask) -> None:
    assert {chore.name for chore in chores.chores()} >= EXPECTED


def test_all_chores_go_through_on_a_school_that_is_empty_and_on_one_that_is_not(app: Flask) -> None:
    house = Housekeeper(app)
    assert set(house.round()) >= EXPECTED
    make_school()
    db.session.execute(update(ChoreRow).values(due_at=utcnow()))
    db.session.commit()
    assert set(house.round()) >= EXPECTED
    db.session.rollback()
    assert set(db.session.scalars(select(ChoreRow.fault))) == {""}


def test_a_chore_is_done_as_often_as_it_says(app: Flask, house: Housekeeper, clock: Clock) -> None:
    often, seldom = Work(), Work()
    keep_house(app, Chore("often", HOURLY, often), Chore("seldom", DAILY, seldom))
    assert house.round() == ["often", "seldom"]
    assert house.round() == []
    clock.wait(HOURLY)
    assert house.round() == ["often"]
    clock.wait(DAILY - HOURLY)
    assert house.round() == ["often", "seldom"]
    assert (len(often.done), len(seldom.done)) == (3, 2)
    assert row("seldom").done_at == clock.now


def test_a_chore_goes_on_until_nothing_is_left(app: Flask, house: Housekeeper) -> None:
    work = Work(5, 5, 1)
    keep_house(app, Chore("work", DAILY, work))
    house.round()
    assert work.done == [5, 5, 1, 0]


def test_what_takes_long_lets_others_have_their_turn(
    app: Flask, house: Housekeeper, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 1000, int(TURN_SECONDS / 2)))
    monkeypatch.setattr("lms.core.jobs.monotonic", lambda: next(ticks))
    endless, other = Work(*[1] * 100), Work()
    keep_house(app, Chore("endless", DAILY, endless), Chore("other", DAILY, other))
    assert house.round() == ["endless", "other"]
    assert 0 < len(endless.done) < 5
    assert row("endless").due_at == clock.now + AGAIN_WITH_MORE
    clock.wait(AGAIN_WITH_MORE)
    assert house.round() == ["endless"]


def test_a_fault_stops_no_other_chore_writes_nothing_and_is_tried_again(
    app: Flask, house: Housekeeper, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Work(3, ValueError("no such day")), Work()
    keep_house(app, Chore("bad", DAILY, bad), Chore("good", DAILY, good))
    assert house.round() == ["bad", "good"]
    assert good.done == [0]
    assert "bad went wrong" in caplog.text
    assert "no such day" in caplog.text
    kept = row("bad")
    assert (kept.fault, kept.token, kept.due_at) == ("ValueError", None, clock.now + AGAIN_AFTER_FAULT)
    assert db.session.scalar(select(User).where(User.name == "Written before the fault")) is None
    clock.wait(AGAIN_AFTER_FAULT)
    assert house.round() == ["bad"]
    assert row("bad").fault == ""


def test_a_chore_of_a_process_that_was_killed_is_done_when_its_lease_is_over(
    app: Flask, house: Housekeeper, clock: Clock
) -> None:
    work = Work()
    chore = Chore("work", DAILY, work)
    keep_house(app, chore)
    chores.make_rows(clock.now)
    assert chores.claim(chore, clock.now)
    db.session.commit()
    clock.wait(LEASE - timedelta(seconds=1))
    assert house.round() == []
    clock.wait(timedelta(seconds=1))
    assert house.round() == ["work"]


def test_who_has_lost_the_lease_writes_nothing_more(app: Flask, house: Housekeeper, clock: Clock) -> None:
    def slow() -> int:
        make_user("Too late")
        clock.wait(LEASE)
        other = chores.claim(chore, clock.now)
        assert other
        return 1

    chore = Chore("work", DAILY, slow)
    keep_house(app, chore)
    chores.make_rows(clock.now)
    lost = chores.claim(chore, clock.now)
    assert lost
    db.session.commit()
    clock.wait(LEASE)
    taken = chores.claim(chore, clock.now)
    db.session.commit()
    assert taken
    assert not chores.renew(lost, clock.now)
    assert not chores.finish(lost, chore, clock.now, more=False)
    assert not chores.fail(lost, chore, clock.now, ValueError())
    assert row("work").token == taken.token
    clock.wait(LEASE)
    house.round()
    assert db.session.scalar(select(User).where(User.name == "Too late")) is None


def test_a_name_is_registered_once(app: Flask) -> None:
    with pytest.raises(ValueError, match="registered already"):
        keep_house(app, Chore("board.count", DAILY, Work()))


def test_of_several_processes_one_does_it(threaded_app: Flask, clock: Clock) -> None:
    work, begun = Work(), list[str]()
    threaded_app.extensions["passerelle_chores"] = {}
    keep_house(threaded_app, Chore("work", DAILY, work))
    together = Barrier(4)

    def go() -> None:
        with threaded_app.app_context():
            house = Housekeeper(threaded_app, clock)
            together.wait()
            begun.extend(house.round())

    threads = [Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert begun == ["work"]
    assert work.done == [0]


def test_the_thread_does_what_is_due_and_stops(threaded_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.core.jobs.FIRST_SECONDS", 0.0)
    work = Work()
    threaded_app.extensions["passerelle_chores"] = {}
    keep_house(threaded_app, Chore("work", DAILY, work))
    with Housekeeper(threaded_app) as house:
        for _ in range(100):
            if work.done:
                break
            house._stopping.wait(0.02)  # a wait that its end would cut short
    assert work.done == [0]
    assert not house._thread.is_alive()


def test_old_runs_and_imports_are_erased_and_open_ones_stay(app: Flask) -> None:
    school = make_school()
    course = make_authored(school)
    now = utcnow()
    for status, age in [
        (RunStatus.DONE, KEEP_RUNS),
        (RunStatus.FAILED, KEEP_RUNS),
        (RunStatus.WAITING, KEEP_RUNS),
        (RunStatus.DONE, KEEP_RUNS - HOURLY),
    ]:
        db.session.add(
            AuthorRun(
                course_id=course.id, kind=RunKind.TRY, commit="0" * 40, status=status, created_at=now - age
            )
        )
    for age in (KEEP_IMPORTS, KEEP_IMPORTS - HOURLY):
        db.session.add(
            CourseImport(user_id=school.ada.id, kind="package", package=b"", report={}, created_at=now - age)
        )
    db.session.commit()
    Housekeeper(app).round()
    db.session.rollback()
    left = db.session.scalars(select(AuthorRun.status).order_by(AuthorRun.id)).all()
    assert left == [RunStatus.WAITING, RunStatus.DONE]
    assert len(db.session.scalars(select(CourseImport.id)).all()) == 1
