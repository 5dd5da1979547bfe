"""Help asked for and given: noted in class, counted by day, and shown with its days."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from lms.admissions import helping
from lms.admissions.evidence import Help
from lms.admissions.help_models import HelpNote
from lms.admissions.helping import Tick
from lms.core.db import db, utcnow
from tests.admissions.conftest import apply, browser, text
from tests.factories import post


def page_of(school) -> str:
    return f"/classes/{school.cohort.public_id}/help"


def ticked(person, *kinds: str) -> list[str]:
    return [f"{person.public_id}:{kind}" for kind in kinds]


def test_a_teacher_notes_help_and_it_is_shown_with_its_day(app, school, screening, cora, ben):
    ada = browser(app, school.ada)
    here = page_of(school)
    data = {"day": utcnow().date().isoformat(), "tick": ticked(school.ben, "asked", "given")}
    assert post(ada, here, data, form=here).status_code == 303
    post(ada, here, data, form=here)
    assert db.session.scalar(select(func.count()).select_from(HelpNote)) == 2, "once a day"
    application = apply(screening, school.ben)
    page = text(cora.get(f"/rounds/{screening.public_id}/candidates/{application.public_id}"))
    assert "Days on which help was asked for: 1; given: 1" in page
    assert "Helped somebody on" in page
    assert "You helped somebody." in text(ben.get(f"/applications/{application.public_id}"))


def test_two_who_note_at_once_lose_nothing(school):
    day = helping.today_of(school.cohort)
    one, two = Tick(school.ben.public_id, "asked"), Tick(school.dina.public_id, "given")
    helping.note(school.cohort, day, (), [one], school.ada)
    helping.note(school.cohort, day, (), [one, two], school.cora)  # her page was loaded before
    assert helping.ticks_on(school.cohort, day) == {one, two}
    helping.note(school.cohort, day, [two], [], school.cora)
    assert helping.ticks_on(school.cohort, day) == {one}


def test_days_count_once_each_and_only_until_the_round_closes(school):
    today = helping.today_of(school.cohort)
    for back in (0, 1, 8):
        day = today - timedelta(days=back)
        helping.note(school.cohort, day, (), [Tick(school.ben.public_id, "asked")], school.ada)
    db.session.commit()
    people, homes = {school.ben.id: 7, school.dina.id: 8}, {
        school.ben.id: school.cohort.id, school.dina.id: school.cohort.id
    }  # fmt: skip
    found = helping.help_of(people, homes, utcnow() + timedelta(minutes=1))
    assert found[7].asked == 3
    assert found[8] == Help(0, 0), "help is noted in her class, and none of her"
    early = helping.help_of(people, homes, utcnow() - timedelta(days=1))
    assert early[7] == Help(0, 0)


def test_where_nobody_notes_help_nothing_is_known(school):
    assert helping.help_of({school.ben.id: 7}, {school.ben.id: school.cohort.id}, utcnow()) == {}


def test_neither_strangers_nor_other_days_are_noted(app, school):
    ada, here = browser(app, school.ada), page_of(school)
    data = {
        "day": "1999-01-01",
        "tick": [*ticked(school.cleo, "asked"), "nobody:given", f"{school.ben.public_id}:fast"],
    }
    assert post(ada, here, data, form=here).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(HelpNote)) == 0
    data["tick"] = ticked(school.ben, "asked")
    post(ada, here, data, form=here)
    assert db.session.scalars(select(HelpNote.on_day)).one() == helping.today_of(school.cohort)
