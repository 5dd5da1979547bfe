"""Two at once: of two tabs, two clicks or two coordinators one does it. The rows decide, on either database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.accounts.models import User
from lms.core.db import db
from lms.core.errors import PasserelleError
from lms.referral import receiving, services
from lms.referral.models import (
    ImportStatus,
    Purpose,
    Referral,
    ReferralImport,
    ReferralNumber,
    ReferralStatus,
)
from lms.referral.sites import programme_address
from tests.factories import School, make_school


@pytest.fixture
def school(threaded_app: Flask) -> School:
    return make_school()


def at_once(app: Flask, work: Callable[[int], None], number: int = 4) -> list[str]:
    """Let so many threads do this at the same moment: "done", or what stopped each."""
    barrier, found = Barrier(number), []

    def run(place: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                work(place)
                db.session.commit()
                found.append("done")
            except PasserelleError as error:
                db.session.rollback()
                found.append(error.code)

    threads = [Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.rollback()
    return sorted(found)


def drafted(school: School) -> Referral:
    programme = school.cohort.programme
    wish = services.Wish(
        receiver=programme_address(programme),
        receiver_name="Demo School",
        receiver_language="en",
        purpose=Purpose.ADMISSION,
        days=30,
        chosen=("name",),
        statement="",
    )
    referral = services.lay_down(school.ben, programme, wish)
    db.session.commit()
    return referral


def test_a_draft_is_signed_once(threaded_app: Flask, school: School) -> None:
    number = drafted(school).id
    found = at_once(threaded_app, lambda _: services.sign(db.session.get_one(Referral, number), 1))
    assert found == ["done", "draft_changed", "draft_changed", "draft_changed"]
    assert db.session.get_one(Referral, number).status == ReferralStatus.SIGNED
    # Those who came too late have drawn no number.
    assert db.session.scalar(select(func.count()).select_from(ReferralNumber)) == 1


def test_a_file_is_taken_in_once(threaded_app: Flask, school: School) -> None:
    referral = drafted(school)
    services.sign(referral, 1)
    db.session.commit()
    db.session.refresh(referral)
    token, cora, programme = referral.token, school.cora.id, school.cohort.programme

    def bring(_place: int) -> None:
        person = db.session.get_one(User, cora)
        receiving.bring(token, db.session.merge(programme), Purpose.ADMISSION, person)

    assert at_once(threaded_app, bring) == [
        "done",
        "referral_refused",
        "referral_refused",
        "referral_refused",
    ]
    assert db.session.scalar(select(func.count()).select_from(ReferralImport)) == 1


def test_one_person_confirms(threaded_app: Flask, school: School) -> None:
    referral = drafted(school)
    services.sign(referral, 1)
    db.session.commit()
    db.session.refresh(referral)
    imported = receiving.bring(referral.token, school.cohort.programme, Purpose.ADMISSION, school.cora)
    db.session.commit()
    number, people = imported.id, [school.ben.id, school.dina.id, school.mila.id, school.ada.id]

    def confirm(place: int) -> None:
        person = db.session.get_one(User, people[place])
        receiving.confirm(db.session.get_one(ReferralImport, number), person)

    assert at_once(threaded_app, confirm) == ["conflict", "conflict", "conflict", "done"]
    found = db.session.get_one(ReferralImport, number)
    assert found.status == ImportStatus.CONFIRMED
    assert found.user_id in people
