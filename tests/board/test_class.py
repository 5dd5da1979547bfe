"""The board of a class: each reason when it is there and when it is not, and who is left in peace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from lms.accounts.models import EnrolmentStatus
from lms.attendance.models import Attendance
from lms.board.counting import board_of
from lms.board.standing import Level
from lms.core.db import db, utcnow
from lms.learning.models import Extension, LessonDate
from lms.programmes.calendars import add_holiday
from lms.programmes.models import ClassSession, Reason
from lms.programmes.places import change_place
from lms.reviews.models import ReviewStatus
from lms.submissions.models import Submission
from tests.board.conftest import (
    ago,
    due_lessons,
    finish,
    finish_all,
    hand_in,
    line_of,
    place_of,
    reasons_of,
    review,
)
from tests.factories import enrol, make_user, sign_in
from tests.queries import count_queries


def board(client, school, who=None, query: str = "") -> str:
    sign_in(client, who or school.ada)
    answer = client.get(f"/classes/{school.cohort.public_id}/board{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_who_has_done_her_work_is_on_track_without_a_reason(school):
    finish_all(school.ben, school.cohort)
    line = line_of(school.ben, school.cohort)
    assert line.standing.level is Level.ON_TRACK
    assert line.standing.reasons == ()
    assert line.signs.due >= 5
    assert not line.call


def test_work_that_was_due_is_a_reason_until_it_is_done(client, school):
    finish(school.ben, school.cohort, due_lessons(school.cohort)[0])
    line = line_of(school.ben, school.cohort)
    assert "overdue" in reasons_of(school.ben, school.cohort)
    assert f"{line.signs.overdue} of {line.signs.due} tasks that were due are not done yet." in board(
        client, school
    )
    for lesson in due_lessons(school.cohort)[1:]:
        finish(school.ben, school.cohort, lesson)
    assert "overdue" not in reasons_of(school.ben, school.cohort)


def test_a_failed_try_is_not_done_but_a_sign_of_life(school):
    exercise = next(exercise for lesson in due_lessons(school.cohort) for exercise in lesson.exercises)
    before = line_of(school.ben, school.cohort).signs
    for _ in range(7):
        hand_in(school.ben, school.cohort, exercise, outcome="failed")
    after = line_of(school.ben, school.cohort).signs
    assert after.overdue == before.overdue
    assert (before.quiet >= 15, after.quiet) == (True, 1)
    assert after.active == 1


def test_a_later_date_of_her_own_counts(school):
    """Nobody else's date moves with it."""
    for date in db.session.scalars(select(LessonDate).where(LessonDate.cohort_id == school.cohort.id)):
        db.session.add(
            Extension(
                user_id=school.ben.id, cohort_id=school.cohort.id, lesson_key=date.lesson_key,
                due_at=utcnow() + timedelta(days=3),
            )
        )  # fmt: skip
    db.session.commit()
    assert "overdue" not in reasons_of(school.ben, school.cohort)
    assert "overdue" in reasons_of(school.dina, school.cohort)


def test_work_of_another_programme_is_not_looked_at(school):
    exercise = next(exercise for lesson in due_lessons(school.cohort) for exercise in lesson.exercises)
    before = line_of(school.ben, school.cohort).signs
    hand_in(school.ben, school.other, exercise)
    assert line_of(school.ben, school.cohort).signs.overdue == before.overdue


@pytest.mark.parametrize(("days", "expected"), [(1, 1), (7, 7), (9, 9), (16, 16)])
def test_the_last_sign_of_her_is_counted_in_days(school, days, expected):
    finish_all(school.ben, school.cohort, days=days)
    assert line_of(school.ben, school.cohort).signs.quiet == expected
    assert ("quiet" in reasons_of(school.ben, school.cohort)) is (expected >= 8)


def test_the_classs_holidays_make_nobody_quiet(school):
    finish_all(school.ben, school.cohort, days=9)
    today = utcnow().date()
    add_holiday(school.cohort, today - timedelta(days=5), today - timedelta(days=2), "Feast")
    db.session.commit()
    assert line_of(school.ben, school.cohort).signs.quiet == 5
    assert "quiet" not in reasons_of(school.ben, school.cohort)


def sessions_so_far(school) -> list[ClassSession]:
    """The sessions that have been, the oldest first."""
    found = db.session.scalars(
        select(ClassSession)
        .where(ClassSession.cohort_id == school.cohort.id, ClassSession.starts_at < utcnow())
        .order_by(ClassSession.starts_at)
    ).all()
    assert len(found) >= 4
    return list(found)


def record(school, statuses: list[str]) -> None:
    """How Ben took part in the sessions so far, in order."""
    for session, status in zip(sessions_so_far(school), statuses, strict=False):
        there = status not in {"absent", "excused"}
        db.session.add(
            Attendance(
                session_id=session.id, user_id=school.ben.id, status=status,
                minutes=session.minutes if there else 0, author_id=school.ada.id,
            )
        )  # fmt: skip
    db.session.commit()


@pytest.mark.parametrize(
    ("statuses", "counts", "reason"),
    [
        (["present", "late", "remote", "left_early"], (0, 4), False),
        (["excused", "excused", "excused", "present"], (0, 1), False),
        (["absent", "absent", "excused", "excused"], (2, 2), False),
        (["absent", "present", "present", "present"], (1, 4), True),
        (["absent", "absent", "absent", "present"], (3, 4), True),
    ],
)
def test_classes_missed_without_an_excuse_are_a_reason(client, school, statuses, counts, reason):
    finish_all(school.ben, school.cohort)
    record(school, statuses)
    signs = line_of(school.ben, school.cohort).signs
    assert (signs.missed, signs.held) == counts
    assert ("absent" in reasons_of(school.ben, school.cohort)) is reason
    words = f"Missed {counts[0]} of the last {counts[1]} classes without an excuse."
    assert (words in board(client, school)) is reason
    assert "We missed you in some of the last classes." not in week(client, school.dina)
    assert ("We missed you in some of the last classes." in week(client, school.ben)) is reason


def test_who_comes_to_class_is_not_quiet(school):
    before = line_of(school.ben, school.cohort).signs.quiet
    sessions = sessions_so_far(school)
    record(school, ["present"] * len(sessions))
    signs = line_of(school.ben, school.cohort).signs
    assert signs.quiet == (utcnow().date() - sessions[-1].starts_at.date()).days < before
    assert signs.active == 0, "days of work on the course are told apart from classes"


def test_a_new_student_without_history_is_not_at_risk(school):
    new = make_user("Hana")
    enrol(new, school.cohort)
    db.session.commit()
    line = line_of(new, school.cohort)
    assert line.standing.level is Level.ON_TRACK
    assert (line.signs.due, line.signs.quiet) == (0, 0)


def test_who_comes_back_from_a_pause_begins_afresh(school):
    place = place_of(school.ben, school.cohort)
    change_place(place, EnrolmentStatus.PAUSED, school.cora)
    change_place(place, EnrolmentStatus.ENROLLED, school.cora)
    db.session.commit()
    line = line_of(school.ben, school.cohort)
    assert line.standing.level is Level.ON_TRACK
    assert line.signs.due == 0


def test_who_pauses_is_shown_apart_and_not_at_risk(client, school):
    assert line_of(school.ben, school.cohort).standing.level is Level.AT_RISK
    change_place(
        place_of(school.ben, school.cohort), EnrolmentStatus.PAUSED, school.cora, reason=Reason.FAMILY
    )
    change_place(
        place_of(school.dina, school.cohort), EnrolmentStatus.WITHDRAWN, school.cora, reason=Reason.WORK
    )
    db.session.commit()
    page = board(client, school, school.cora)
    assert "At risk" not in page
    assert "Pausing, or no longer in the class" in page
    assert page.index("Ben") < page.index("Dina"), "who keeps her seat comes first"
    assert "Family or childcare" in page
    sign_in(client, school.ada)
    assert "Family or childcare" not in board(client, school), "the reason is for coordinators"


def test_a_review_that_asks_for_a_change_is_a_reason_until_she_hands_in_again(client, school):
    finish_all(school.ben, school.cohort, days=0.1)
    exercise = due_lessons(school.cohort)[1].exercises[0]
    read = hand_in(school.ben, school.cohort, exercise, days=10)
    review(read, ReviewStatus.NEEDS_WORK, days=9)
    assert "answer" not in reasons_of(school.ben, school.cohort), "she has handed in since"
    later = hand_in(school.dina, school.cohort, exercise, days=10)
    review(later, ReviewStatus.NEEDS_WORK, days=9)
    assert "answer" in reasons_of(school.dina, school.cohort)
    assert "A reviewer asked for a change 9 days ago; nothing new has come yet." in board(client, school)
    hand_in(school.dina, school.cohort, exercise, outcome="failed", days=1)
    assert "answer" not in reasons_of(school.dina, school.cohort)


def test_work_that_waits_for_us_is_named_and_does_not_make_her_stand_worse(client, school):
    finish_all(school.ben, school.cohort)
    exercise = due_lessons(school.cohort)[1].exercises[0]
    read = hand_in(school.ben, school.cohort, exercise, days=1)
    review(read, ReviewStatus.WAITING, days=16)
    line = line_of(school.ben, school.cohort)
    assert line.standing.level is Level.ON_TRACK
    assert line.signs.unread == 16
    page = board(client, school)
    assert "Work has waited 16 days for a person to read it. That is for us to do." in page
    assert "counts for nothing" in page


def test_after_the_end_of_a_class_nobody_grows_quiet(school):
    finish_all(school.ben, school.cohort, days=1)
    later = utcnow() + timedelta(weeks=40)
    line = next(line for line in board_of(school.cohort, later).lines if line.place.user_id == school.ben.id)
    assert line.signs.quiet < 56


def test_the_ones_to_speak_with_come_first_and_the_list_can_be_narrowed(client, school):
    finish_all(school.ben, school.cohort)
    page = board(client, school)
    assert page.index("Dina") < page.index("Ben")
    assert page.count("Speak with this student this week") == 1
    narrow = board(client, school, query="?standing=on-track")
    assert "Ben" in narrow
    assert "Dina" not in narrow
    assert "Nobody in this class is on this list." in board(client, school, query="?standing=behind")


def test_the_page_says_what_counts_and_what_never_does(client, school):
    page = board(client, school)
    assert (
        "Never counted: how fast somebody works, days in a row, the time of day, or how often somebody tries."
        in page
    )
    assert "From 2 points a student is behind, from 4 at risk." in page
    assert "/board/rules" not in page, "Ada does not decide on them"
    assert "/board/rules" in board(client, school, school.cora)


def queries(client, path: str) -> int:
    with count_queries() as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["board", "board/stuck"])
def test_a_larger_class_takes_no_more_queries(client, school, path):
    sign_in(client, school.ada)
    path = f"/classes/{school.cohort.public_id}/{path}"
    exercise = due_lessons(school.cohort)[0].exercises[0]
    hand_in(school.ben, school.cohort, exercise, outcome="failed")
    few = queries(client, path)
    for number in range(12):
        user = make_user(f"Student {number}")
        enrol(user, school.cohort).created_at = ago(days=28)
        hand_in(user, school.cohort, exercise, outcome="failed")
        for one in due_lessons(school.cohort)[1].exercises:
            hand_in(user, school.cohort, one, outcome="failed")
        if number % 3 == 0:
            change_place(place_of(user, school.cohort), EnrolmentStatus.PAUSED, school.cora)
    db.session.commit()
    assert queries(client, path) == few
    assert few <= 26


def week(client, user) -> str:
    sign_in(client, user)
    return client.get("/week").get_data(as_text=True)


def test_a_student_reads_the_same_reasons_in_other_words(client, school):
    page = week(client, school.ben)
    signs = line_of(school.ben, school.cohort).signs
    assert f"{signs.overdue} tasks from before are still open. Take one at a time" in page
    assert "It is good to see you again. Your work is where you left it." in page
    for word in ("At risk", "at risk", "Behind", "points", "badge error"):
        assert word not in page


def test_a_student_who_is_where_the_class_is_reads_that(client, school):
    finish_all(school.ben, school.cohort)
    page = week(client, school.ben)
    assert "You are where the class is. Go on like this." in page
    assert "You worked on the course on 1 day of the last four weeks." in page


def test_who_has_done_most_and_who_has_only_come_read_something_else(client, school):
    finish_all(school.ben, school.cohort)
    missing = due_lessons(school.cohort)[0].exercises[0]
    db.session.execute(delete(Submission).where(Submission.exercise_key == missing.key))
    new = make_user("Hana")
    enrol(new, school.cohort)
    db.session.commit()
    assert "You have done most of what was due. Go on like this." in week(client, school.ben)
    assert "Good that you are here. Begin with what is due next." in week(client, new)


def test_nothing_is_said_to_who_pauses_or_teaches(client, school):
    assert "How it goes" not in week(client, school.ada)
    change_place(place_of(school.ben, school.cohort), EnrolmentStatus.PAUSED, school.cora)
    db.session.commit()
    assert "How it goes" not in week(client, school.ben)
