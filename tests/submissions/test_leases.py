"""The queue in the table: claim, lease, write-back, sweep."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from lms.catalog.model import Exercise
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import result_to_json
from lms.submissions import leases
from lms.submissions.models import Status, Submission
from lms.submissions.services import streamed_tests
from tests.factories import make_user
from tests.submissions.conftest import Place, make_submission, result, status_of, verdict


def _row(submission_id: int) -> Submission:
    db.session.rollback()
    return db.session.get_one(Submission, submission_id)


def test_a_claim_takes_the_oldest_row_once(exercise: Exercise) -> None:
    ben = make_user("Ben")
    old = make_submission(ben.id, exercise, "key-older-1", now=utcnow() - timedelta(seconds=5))
    make_submission(ben.id, exercise, "key-newer-1")
    lease = leases.claim()
    db.session.commit()
    assert lease is not None
    assert lease.submission_id == old.id
    assert (old.status, old.attempts, old.run) == (Status.RUNNING, 1, 1)


def test_nothing_waits_so_nothing_is_claimed(exercise: Exercise) -> None:
    assert leases.claim() is None


def test_one_student_with_much_work_does_not_hold_up_the_others(exercise: Exercise) -> None:
    ben, dina = make_user("Ben"), make_user("Dina")
    start = utcnow() - timedelta(minutes=1)
    rows = [
        make_submission(ben.id, exercise, f"key-ben-{n}-xx", now=start + timedelta(seconds=n))
        for n in range(3)
    ]
    other = make_submission(dina.id, exercise, "key-dina-xx", now=start + timedelta(seconds=10))
    claimed = [leases.claim() for _ in range(4)]
    order = [lease.submission_id for lease in claimed if lease]
    assert order == [rows[0].id, other.id, rows[1].id, rows[2].id]


def test_a_verdict_is_written_with_the_lease(exercise: Exercise) -> None:
    row = make_submission(make_user("Ben").id, exercise)
    lease = leases.claim()
    assert lease is not None
    assert leases.record_tests(lease, 0, [result_to_json(result(0))])
    assert [test.position for test in streamed_tests(row)] == [0]
    assert leases.finish(lease, verdict())
    db.session.commit()
    row = _row(row.id)
    assert (row.status, row.outcome, row.image, row.token) == (Status.GRADED, "passed", "sha256:test", None)
    assert streamed_tests(row) == []


def test_a_stale_token_is_refused_and_counted(exercise: Exercise) -> None:
    row = make_submission(make_user("Ben").id, exercise)
    slow = leases.claim()
    db.session.commit()
    assert slow is not None
    leases.sweep(utcnow() + leases.LEASE + timedelta(seconds=1))
    quick = leases.claim()
    assert quick is not None
    assert leases.finish(quick, verdict(Outcome.FAILED))
    db.session.commit()
    assert not leases.finish(slow, verdict(Outcome.PASSED))
    assert not leases.record_tests(slow, 0, [result_to_json(result(0))])
    assert not leases.renew(slow)
    assert not leases.give_back(slow)
    db.session.commit()
    assert _row(row.id).outcome == "failed"
    assert (leases.counted("stale_verdict"), leases.counted("stale_test")) == (1, 1)


def test_a_stale_token_writes_nothing_while_another_grades(exercise: Exercise) -> None:
    """The row is running again, under another token: that alone must keep the slow one out."""
    row = make_submission(make_user("Ben").id, exercise)
    slow = leases.claim()
    db.session.commit()
    assert slow is not None
    leases.sweep(utcnow() + leases.LEASE + timedelta(seconds=1))
    quick = leases.claim()
    assert quick is not None
    db.session.commit()
    assert not leases.finish(slow, verdict(Outcome.PASSED))
    assert not leases.give_back(slow)
    assert not leases.give_up(slow)
    assert leases.put_off(slow, sandbox_is_well=False) is None
    db.session.commit()
    assert _row(row.id).status == Status.RUNNING
    assert leases.finish(quick, verdict(Outcome.FAILED))
    db.session.commit()
    assert _row(row.id).outcome == "failed"


def test_a_renewed_lease_is_not_swept(exercise: Exercise) -> None:
    row = make_submission(make_user("Ben").id, exercise)
    lease = leases.claim()
    later = utcnow() + timedelta(seconds=14)
    assert lease is not None
    assert leases.renew(lease, later)
    swept = leases.sweep(later + timedelta(seconds=10))
    assert swept.requeued == ()
    db.session.commit()
    assert status_of(row.id) == Status.RUNNING


def test_a_row_that_kills_its_grader_goes_to_staff_after_three_attempts(exercise: Exercise) -> None:
    row = make_submission(make_user("Ben").id, exercise)
    for attempt in range(1, 4):
        assert leases.claim() is not None
        db.session.commit()
        swept = leases.sweep(utcnow() + leases.LEASE + timedelta(seconds=1))
        db.session.commit()
        assert _row(row.id).attempts == attempt
    assert swept.needs_staff == (row.id,)
    assert _row(row.id).status == Status.NEEDS_STAFF
    assert leases.claim() is None
    assert leases.counted("lease_expired") == 3


def test_a_sandbox_that_is_away_costs_no_attempt_for_as_long_as_it_takes(exercise: Exercise) -> None:
    row = make_submission(make_user("Ben").id, exercise)
    for _ in range(20):
        lease = leases.claim(utcnow() + timedelta(minutes=1))
        assert lease is not None
        assert leases.put_off(lease, sandbox_is_well=False) is not None
        db.session.commit()
    assert (_row(row.id).status, _row(row.id).attempts) == (Status.QUEUED, 0)


def test_a_fault_that_comes_back_from_a_healthy_sandbox_goes_to_staff(exercise: Exercise) -> None:
    row = make_submission(make_user("Ben").id, exercise)
    for _ in range(leases.MAX_FAULTS):
        lease = leases.claim(utcnow() + timedelta(minutes=1))
        assert lease is not None
        leases.put_off(lease, sandbox_is_well=True)
        db.session.commit()
    assert _row(row.id).status == Status.NEEDS_STAFF


def test_a_row_put_off_waits_longer_each_time(exercise: Exercise) -> None:
    make_submission(make_user("Ben").id, exercise)
    waits = []
    for _ in range(4):
        lease = leases.claim(utcnow() + timedelta(minutes=1))
        assert lease is not None
        waits.append(leases.put_off(lease, sandbox_is_well=False))
        assert leases.claim() is None
    assert waits == [0.25, 0.5, 1.0, 2.0]


def test_our_fault_can_never_be_stored_as_a_verdict(exercise: Exercise) -> None:
    row = make_submission(make_user("Ben").id, exercise)
    lease = leases.claim()
    assert lease is not None
    with pytest.raises(ValueError, match="never a verdict"):
        leases.finish(lease, verdict(Outcome.OUR_FAULT))
    db.session.commit()
    row = _row(row.id)
    row.status, row.outcome, row.token, row.lease_until = Status.GRADED, "our_fault", None, None
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_two_graders_never_take_the_same_row(threaded_app: Flask, threaded_place: Place) -> None:
    people = [make_user(f"Person {number}") for number in range(12)]
    db.session.commit()
    for person in people:
        make_submission(person.id, threaded_place.exercise)
    taken: list[int] = []
    problems: list[BaseException] = []

    def work() -> None:
        with threaded_app.app_context():
            try:
                while (lease := leases.claim()) is not None:
                    db.session.commit()
                    taken.append(lease.submission_id)
            except Exception as error:  # noqa: BLE001  # a thread's failure must fail the test
                problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(taken) == len(set(taken)) == 12
