"""What coordinators read of candidates, what is noted of it, what raters will read, and what is kept in the end."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import delete, select, update

from lms.accounts.models import User
from lms.admissions import candidates, retention, sheets
from lms.admissions.application_models import (
    AdmissionCount,
    Application,
    ApplicationNeeds,
    ApplicationRead,
    ApplicationStatus,
    FairnessAnswer,
    Level,
    StageResult,
)
from lms.admissions.applications import withdraw
from lms.admissions.decision_models import Answer, Decision, DecisionKind
from lms.admissions.gathering import known_courses
from lms.admissions.models import Measure, RoundStage, RoundStatus, Stage
from lms.admissions.rating_models import BlindSheet, BlindWork
from lms.admissions.tasks import tasks_of
from lms.admissions.words import measure_words
from lms.attendance.models import Attendance
from lms.core.db import db, utcnow
from lms.programmes.calendars import sessions_of
from lms.reviews.models import Review, ReviewStatus
from tests.admissions.conftest import apply, browser, make_round, set_row, text, worked
from tests.factories import COURSE, enrol, make_user, plan_class, post
from tests.queries import queries_of

_numbers = count(1)


def path_of(screening, application) -> str:
    return f"/rounds/{screening.public_id}/candidates/{application.public_id}"


def keys_of(lesson="01-hello"):
    found = known_courses()[COURSE].lesson(lesson)
    assert found is not None
    return [exercise.key for exercise in found.exercises]


def test_the_page_shows_evidence_with_its_sources(school, screening, cora):
    first, second, _ = keys_of()
    application = apply(screening, school.ben)
    worked(school.ben, first, ago=timedelta(days=20))
    worked(school.ben, second, "failed", ago=timedelta(days=12))
    passed = worked(school.ben, second, ago=timedelta(days=3))
    page = text(cora.get(path_of(screening, application)))
    assert "2 of 28" in page  # of the course's exercises but those of the project
    assert "1 exercise" in page
    assert f"/submissions/{passed.public_id}" in page
    assert "Week of" in page
    assert "At the beginning 1 of 3" in page
    assert "I want to build things that work." in page


def test_what_comes_after_the_closing_date_changes_nothing(school, screening, cora):
    application = apply(screening, school.ben)
    set_row(screening, closes_at=utcnow() - timedelta(days=1), status=RoundStatus.CLOSED)
    for key in keys_of():
        worked(school.ben, key)
    assert "0 of 28" in text(cora.get(path_of(screening, application)))


def test_being_sent_back_and_approved_later_is_improvement(school, screening, cora):
    key = keys_of()[0]
    application = apply(screening, school.ben)
    for attempt, (status, days) in enumerate([(ReviewStatus.NEEDS_WORK, 5), (ReviewStatus.APPROVED, 2)], 1):
        submission = worked(school.ben, key, ago=timedelta(days=days + 1))
        at = utcnow() - timedelta(days=days)
        db.session.add(
            Review(
                submission_id=submission.id, user_id=school.ben.id, cohort_id=school.cohort.id, exercise_key=key,
                attempt=attempt, waiting_since=at, status=status, decided_at=at, waited_seconds=1,
            )
        )  # fmt: skip
        db.session.commit()
    assert "1 exercise<" in text(cora.get(path_of(screening, application)))


def test_attendance_is_shown_and_an_excuse_costs_nothing(school, screening, cora):
    plan_class(school.cohort)
    application = apply(screening, school.ben)
    past = db.session.scalars(sessions_of(school.cohort, past=True)).all()
    marks = [("present", 120), ("absent", 0), ("excused", 0), ("excused", 0)]
    for session, (status, minutes) in zip(past, marks, strict=False):
        db.session.add(
            Attendance(session_id=session.id, user_id=school.ben.id, status=status, minutes=minutes)
        )
    db.session.commit()
    assert "50 of 100 classes" in text(cora.get(path_of(screening, application)))


def test_a_partners_work_is_named_but_its_pages_stay_the_partners(app, school, cora):
    screening = make_round(school.beside, open_to_partners=True)
    application = apply(screening, school.cleo)
    submission = worked(school.cleo, keys_of()[0], cohort=school.other)
    page = text(cora.get(path_of(screening, application)))
    assert "1 of 28" in page
    assert submission.public_id not in page


def test_drafts_and_what_was_taken_back_are_not_to_be_read(school, screening, cora):
    draft = apply(screening, school.ben, submit=False)
    assert cora.get(path_of(screening, draft)).status_code == 404
    assert "Ben" not in text(cora.get(f"/rounds/{screening.public_id}/candidates"))
    assert "1 is being written." in text(cora.get(f"/rounds/{screening.public_id}"))
    gone = apply(screening, school.dina)
    assert cora.get(path_of(screening, gone)).status_code == 200

    withdraw(gone)
    db.session.commit()
    assert cora.get(path_of(screening, gone)).status_code == 404


def test_nobody_reads_her_own_application_as_a_coordinator(app, school, screening):
    hers = Application(
        round_id=screening.id, user_id=school.cora.id, from_cohort_id=school.cohort.id,
        status=ApplicationStatus.SUBMITTED, submitted_at=utcnow(),
    )  # fmt: skip
    db.session.add(hers)
    db.session.commit()
    assert browser(app, school.cora).get(path_of(screening, hers)).status_code == 404


def test_the_candidate_sees_who_has_read_it(school, screening, cora, ben):
    application = apply(screening, school.ben)
    page = f"/applications/{application.public_id}"
    assert "Nobody but you." in text(ben.get(page))
    for _ in range(2):
        cora.get(path_of(screening, application))
    rows = db.session.scalars(select(ApplicationRead)).all()
    assert sorted(row.seen for row in rows) == ["application", "needs"]
    seen = text(ben.get(page))
    assert "Cora" in seen
    assert "what you need to take part" in seen
    # Who has left the site is no longer named, and the row stays.
    db.session.execute(delete(User).where(User.id == school.cora.id))
    db.session.commit()
    assert "somebody who has left" in text(ben.get(page))


def test_needs_are_shown_to_coordinators_and_fairness_to_nobody(school, screening, cora):
    application = apply(screening, school.ben)
    db.session.add_all(
        [
            ApplicationNeeds(application_id=application.id, childcare=True, other="Not on Friday"),
            FairnessAnswer(application_id=application.id, question="gender", answer="CANARY"),
        ]
    )
    db.session.commit()
    page = text(cora.get(path_of(screening, application)))
    assert "Childcare during class" in page
    assert "Not on Friday" in page
    assert "CANARY" not in page


def test_the_language_is_checked_by_a_person_apart_from_coding(school, screening, cora, ben):
    application = apply(screening, school.ben, language_level=Level.C1)
    path = path_of(screening, application)
    assert post(cora, f"{path}/language", {"level": "", "note": ""}, form=path).status_code == 422
    assert (
        post(cora, f"{path}/language", {"level": "A2", "note": "Understood all"}, form=path).status_code
        == 303
    )
    checks = candidates.language_checks(application)
    assert [(check.level, check.author.name) for check in checks] == [("A2", "Cora")]
    assert application.language_level == Level.C1  # what she said herself stays as she said it


def many(screening, cohort, number):
    for _ in range(number):
        person = make_user(f"Person {next(_numbers)}")
        enrol(person, cohort)
        db.session.commit()
        apply(screening, person)


def test_candidates_come_in_pages_with_as_many_queries(school, screening, cora):
    many(screening, school.cohort, 2)
    path = f"/rounds/{screening.public_id}/candidates"
    few = queries_of(cora, path)
    many(screening, school.cohort, 26)
    assert queries_of(cora, path) <= few
    first = text(cora.get(path))
    assert first.count("row-link") == 25
    after = first.split("candidates?after=")[1].split('"')[0]
    rest = text(cora.get(f"{path}?after={after}"))
    assert rest.count("row-link") == 3
    assert "From the beginning" in rest


def test_one_candidates_page_asks_as_much_whatever_she_did(school, screening, cora):
    application = apply(screening, school.ben)
    path = path_of(screening, application)
    cora.get(path)
    few = queries_of(cora, path)
    for lesson in ("01-hello", "02-values-and-names", "03-input-and-output"):
        for key in keys_of(lesson):
            worked(school.ben, key, "failed", ago=timedelta(days=3))
            worked(school.ben, key)
    assert queries_of(cora, path) == few


def tasks_are_over(screening) -> None:
    db.session.execute(
        update(RoundStage)
        .where(RoundStage.round_id == screening.id, RoundStage.stage == Stage.TASK)
        .values(ends_at=utcnow())
    )
    db.session.commit()


def test_sheets_hold_no_identity(school, screening, cora):
    school.ben.name = "Benedikt Wunder"
    db.session.commit()
    ben = apply(
        screening, school.ben, motivation="I am Benedikt, wunder@mail.example, and BENEDIKT's code works."
    )

    key = tasks_of([ben.id])[ben.id][0]
    worked(school.ben, key, cohort=school.beside, ago=timedelta(minutes=5))
    dina = apply(screening, school.dina, motivation="Я хочу вчитися", motivation_language="uk")
    address, page = (f"/rounds/{screening.public_id}/{name}" for name in ("sheets", "candidates"))
    for _ in ("while it is open", "while tasks can be handed in"):
        post(cora, address, form=page)
        assert db.session.scalars(select(BlindSheet)).all() == []
        set_row(screening, status=RoundStatus.CLOSED, closes_at=utcnow())
    tasks_are_over(screening)
    assert post(cora, address, form=page).status_code == 303
    sheet = db.session.get(BlindSheet, ben.id)
    assert "works" in sheet.motivation
    everything = repr(
        [
            [getattr(row, column.key) for column in table.__table__.columns]
            for table in (BlindSheet, BlindWork)
            for row in db.session.scalars(select(table))
        ]
    )
    for canary in (
        "benedikt",
        "wunder",
        "mail.example",
        school.ben.public_id,
        ben.public_id,
        "morning class",
    ):
        assert canary not in everything.lower()
    assert "main.py" not in everything
    # What is in another language waits for a person's translation: the language would say where she is from.
    assert db.session.get(BlindSheet, dina.id).motivation == ""
    assert len({sheet.code for sheet in db.session.scalars(select(BlindSheet))}) == 2
    assert sheets.prepare(screening) == 0


def test_a_person_looks_through_a_sheet_before_raters_do(school, screening, cora):
    dina = apply(screening, school.dina, motivation="Я хочу вчитися", motivation_language="uk")
    set_row(screening, status=RoundStatus.CLOSED)
    path = f"{path_of(screening, dina)}/sheet"
    assert "no sheet for raters yet" in text(cora.get(path))
    assert post(cora, path, {"version": "1", "motivation": "x"}, form="/me").status_code == 422
    tasks_are_over(screening)
    sheets.prepare(screening)
    db.session.commit()
    page = text(cora.get(path))
    assert "Я хочу вчитися" in page
    saved = post(cora, path, {"version": "1", "motivation": "I want to learn. Dina"}, form=path)
    assert saved.status_code == 303
    sheet = db.session.get(BlindSheet, dina.id)
    assert sheet.motivation == f"I want to learn. {sheets.MASK}"
    assert sheet.checked_at is not None
    stale = post(cora, path, {"version": "1", "motivation": "Something else"}, form=path)
    assert stale.status_code == 409
    assert "Something else" in text(stale)


def ended(screening, days: int) -> None:
    set_row(screening, status=RoundStatus.ENDED, ended_at=utcnow() - timedelta(days=days))


def test_applications_without_a_place_are_erased_in_time_and_counted(school, screening):
    ben, dina = apply(screening, school.ben), apply(screening, school.dina)
    draft = make_user("Draft")
    enrol(draft, school.cohort)
    apply(screening, draft, submit=False)
    db.session.add_all(
        [
            FairnessAnswer(application_id=ben.id, question="gender", answer="man"),
            ApplicationNeeds(application_id=ben.id, childcare=True),
            StageResult(application_id=ben.id, stage=Stage.COURSEWORK, goes_on=True),
            StageResult(application_id=ben.id, stage=Stage.TASK, goes_on=False, reason="Handed in nothing"),
            Decision(
                round_id=screening.id, application_id=dina.id, kind=DecisionKind.OFFER, reason="Goes on",
                reason_language="en", released_at=utcnow(), respond_by=utcnow(), answer=Answer.ACCEPTED,
                answered_at=utcnow(), holds_seat=True,
            ),
        ]
    )  # fmt: skip
    db.session.commit()
    ended(screening, 179)
    assert retention.erase_old() == 0
    ended(screening, 181)
    assert retention.erase_old() == 2
    db.session.commit()
    assert retention.erase_old() == 0
    # Who took her place keeps her application; nothing of the others is left but numbers.
    assert [row.user_id for row in db.session.scalars(select(Application))] == [school.dina.id]
    assert db.session.scalars(select(FairnessAnswer)).all() == []
    counts = {
        (row.question, row.answer): (row.reached, row.ending, row.number)
        for row in db.session.scalars(select(AdmissionCount))
    }
    assert counts == {
        ("all", "all"): ("task", "stopped", 1),
        ("track", "Morning class"): ("task", "stopped", 1),
        ("childcare", "yes"): ("task", "stopped", 1),
        ("gender", "man"): ("task", "stopped", 1),
        ("care", "none"): ("task", "stopped", 1),
        ("language", "none"): ("task", "stopped", 1),
    }


def test_counts_add_up_over_several_sweeps(school, screening, monkeypatch):
    many(screening, school.cohort, 5)
    ended(screening, 200)
    monkeypatch.setattr(retention, "BATCH", 2)
    erased = []
    while batch := retention.erase_old():
        db.session.commit()
        erased.append(batch)
    assert erased == [2, 2, 1]
    total = db.session.scalars(select(AdmissionCount).where(AdmissionCount.question == "all")).one()
    assert (total.number, total.ending) == (5, "undecided")


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_has_words(app, measure):

    with app.test_request_context():
        assert measure_words()[measure]
