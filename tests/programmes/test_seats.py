"""The last seat of a class is given once, whoever comes for it at the same moment and by whichever way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, User
from lms.accounts.services import ClassFull, join, open_cohort, seats_taken
from lms.core.db import db
from lms.programmes.calendars import NotPossible
from lms.programmes.models import Reason
from lms.programmes.places import change_place
from tests.conftest import DATABASE_URL, settings_in
from tests.factories import School, make_school, post, sign_in

SECRET = "four blue lamps 77"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, object]:
    """Threads need connections of their own: a database in memory has only one."""
    found = settings_in(tmp_path)
    return (
        found if DATABASE_URL else {**found, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'seats.db'}"}
    )


@pytest.fixture
def school(app: Flask) -> School:
    return make_school()


def give_seats(cohort: Cohort, seats: int) -> None:
    cohort.seats = seats
    db.session.commit()


def place_of(user: User, cohort: Cohort) -> Enrolment:
    return db.session.scalars(select(Enrolment).filter_by(user_id=user.id, cohort_id=cohort.id)).one()


def at_once(app: Flask, *steps: tuple[Callable[[], object], Callable[[object], object]]) -> list[str]:
    """Each pair in a thread: what it reads first, then, when all have read, what it writes and commits."""
    ready = threading.Barrier(len(steps), timeout=10)
    said: list[str] = []

    def run(read: Callable[[], object], write: Callable[[object], object]) -> None:
        with app.app_context():
            found = read()
            ready.wait()
            try:
                write(found)
                db.session.commit()
                said.append("in")
            except (ClassFull, NotPossible):
                db.session.rollback()
                said.append("full")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=step) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(said)


def test_two_join_by_code_for_the_last_seat(app, school):
    give_seats(school.cohort, 3)
    code = school.cohort.join_code
    ways = [
        (lambda: open_cohort(code), lambda cohort, name=name: join(cohort, name, SECRET))
        for name in ("Ema", "Fay", "Gul")
    ]
    assert at_once(app, *ways) == ["full", "full", "in"]
    db.session.expire_all()
    assert seats_taken(school.cohort) == 3
    # Who found no seat left nothing behind.
    assert len(db.session.scalars(select(User).where(User.name.in_(["Ema", "Fay", "Gul"]))).all()) == 1


def test_one_joins_while_another_comes_back_and_a_third_is_moved_in(app, school):
    change_place(
        place_of(school.dina, school.cohort), EnrolmentStatus.DEFERRED, school.cora, reason=Reason.TIME
    )
    moving = join(school.beside, "Hala", SECRET)
    give_seats(school.cohort, 2)
    code, here, author = school.cohort.join_code, school.cohort.id, school.cora.id
    back, away = place_of(school.dina, school.cohort).id, place_of(moving, school.beside).id

    def come_back(place: object) -> None:
        change_place(place, EnrolmentStatus.ENROLLED, db.session.get_one(User, author))

    def move_in(place: object) -> None:
        change_place(
            place, EnrolmentStatus.MOVED, db.session.get_one(User, author), reason=Reason.TIME,
            to_cohort=db.session.get_one(Cohort, here),
        )  # fmt: skip

    assert at_once(
        app,
        (lambda: open_cohort(code), lambda cohort: join(cohort, "Ema", SECRET)),
        (lambda: db.session.get_one(Enrolment, back), come_back),
        (lambda: db.session.get_one(Enrolment, away), move_in),
    ) == ["full", "full", "in"]
    db.session.expire_all()
    assert seats_taken(school.cohort) == 2


def test_a_pause_keeps_the_seat(app, school):
    give_seats(school.cohort, 2)
    place = place_of(school.ben, school.cohort)
    change_place(place, EnrolmentStatus.PAUSED, school.cora)
    db.session.commit()
    with pytest.raises(ClassFull):
        open_cohort(school.cohort.join_code)
    change_place(place, EnrolmentStatus.ENROLLED, school.cora)
    assert seats_taken(school.cohort) == 2


def test_the_page_says_what_to_do_when_the_class_filled_up_meanwhile(app, school):
    give_seats(school.cohort, 3)
    client = app.test_client()
    assert post(client, "/join", {"code": school.cohort.join_code}, form="/join").status_code == 303
    form = {"name": "Ema", "secret": SECRET, "again": SECRET}
    assert client.get("/join/name").status_code == 200
    join(school.cohort, "Fay", SECRET)
    db.session.commit()
    answer = post(client, "/join/name", form, form="/sign-in")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "All seats of this class are taken. Ask your teacher for another class." in page
    assert school.cohort.join_code in page


def test_the_coordinator_reads_how_to_go_on(app, school):
    change_place(
        place_of(school.dina, school.cohort), EnrolmentStatus.DEFERRED, school.cora, reason=Reason.TIME
    )
    give_seats(school.cohort, 1)
    client = app.test_client()
    sign_in(client, school.cora)
    path = f"/classes/{school.cohort.public_id}/people/{school.dina.public_id}/place"
    answer = post(client, path, {"status": "enrolled", "reason": "", "note": "", "to_cohort": ""}, form=path)
    assert answer.status_code == 422
    assert "Give it more seats under Plan" in answer.get_data(as_text=True)
    assert place_of(school.dina, school.cohort).status == EnrolmentStatus.DEFERRED
