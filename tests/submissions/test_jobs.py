"""The grader with its threads: rings, crashes, faults, clean stops. Only faults come from a fake sandbox."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from lms.catalog.model import Exercise
from lms.core.db import db, utcnow
from lms.core.errors import ConfigError
from lms.grading.outcome import Outcome
from lms.grading.verdict import Verdict
from lms.submissions import jobs, leases
from lms.submissions.bell import Bell, bell_of, make_broker, ring
from lms.submissions.models import Status, Submission
from tests.factories import make_user
from tests.submissions.conftest import (
    OnTest,
    Place,
    grader,
    make_submission,
    passes,
    result,
    status_of,
    verdict,
    wait_for,
)


def _attempts(submission_id: int) -> int:
    db.session.rollback()
    return db.session.get_one(Submission, submission_id).attempts


def test_a_ring_is_answered_at_once(threaded_app: Flask, threaded_place: Place) -> None:
    with grader(threaded_app, passes):
        time.sleep(0.3)
        row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
        started = time.monotonic()
        ring(row.id)
        wait_for(lambda: status_of(row.id) == Status.GRADED)
        assert time.monotonic() - started < 1.0


def test_a_lost_ring_costs_a_sweep(threaded_app: Flask, threaded_place: Place) -> None:
    with grader(threaded_app, passes):
        row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
        wait_for(lambda: status_of(row.id) == Status.GRADED, seconds=5)


def test_a_ring_that_comes_often_grades_once(threaded_app: Flask, threaded_place: Place) -> None:
    graded: list[str] = []

    def once(exercise: Exercise, files: Mapping[str, str], client: object, on_test: OnTest = None) -> Verdict:
        graded.append(exercise.key)
        return passes(exercise, files, client)

    row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
    with grader(threaded_app, once, threads=4):
        for _ in range(20):
            ring(row.id)
        wait_for(lambda: status_of(row.id) == Status.GRADED)
        time.sleep(0.3)
    assert len(graded) == 1


def test_a_grader_that_died_is_followed_by_another(threaded_app: Flask, threaded_place: Place) -> None:
    row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
    assert (
        leases.claim(utcnow() - leases.LEASE - timedelta(seconds=1)) is not None
    )  # and never heard of again
    db.session.commit()
    with grader(threaded_app, passes):
        wait_for(lambda: status_of(row.id) == Status.GRADED, seconds=5)


def test_a_sandbox_that_is_away_makes_work_wait_and_nothing_else(
    threaded_app: Flask, threaded_place: Place
) -> None:
    away = threading.Event()
    away.set()

    def grade(
        exercise: Exercise, files: Mapping[str, str], client: object, on_test: OnTest = None
    ) -> Verdict:
        return verdict(Outcome.OUR_FAULT) if away.is_set() else passes(exercise, files, client, on_test)

    row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
    with grader(threaded_app, grade):
        ring(row.id)
        wait_for(lambda: status_of(row.id) == Status.QUEUED)
        time.sleep(1.5)
        assert status_of(row.id) in {Status.QUEUED, Status.RUNNING}
        away.clear()
        wait_for(lambda: status_of(row.id) == Status.GRADED, seconds=10)
    assert _attempts(row.id) == 1


def test_a_poison_job_goes_to_staff_and_others_are_graded(threaded_app: Flask, threaded_place: Place) -> None:
    poison_key = "poison-key-1"

    class Broken(Exception):
        """What no code of ours expects."""

    def grade(
        exercise: Exercise, files: Mapping[str, str], client: object, on_test: OnTest = None
    ) -> Verdict:
        if files["solution.py"] == "poison":
            raise Broken
        return passes(exercise, files, client, on_test)

    poison = make_submission(threaded_place.school.ben.id, threaded_place.exercise, poison_key)
    poison.files = {"solution.py": "poison"}
    db.session.commit()
    other = make_submission(threaded_place.school.dina.id, threaded_place.exercise)
    with grader(threaded_app, grade):
        ring(poison.id)
        ring(other.id)
        wait_for(lambda: status_of(other.id) == Status.GRADED)
        wait_for(lambda: status_of(poison.id) == Status.NEEDS_STAFF, seconds=15)
    assert _attempts(poison.id) == 3


def test_a_stop_gives_unfinished_work_back_without_an_attempt(
    threaded_app: Flask, threaded_place: Place
) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(exercise: Exercise, files: Mapping[str, str], client: object, on_test: OnTest = None) -> Verdict:
        begun.set()
        go_on.wait(10)
        return passes(exercise, files, client)

    row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
    with grader(threaded_app, slow):
        ring(row.id)
        assert begun.wait(5)
    assert status_of(row.id) == Status.QUEUED
    assert _attempts(row.id) == 0
    go_on.set()
    wait_for(lambda: _refused() == 1)
    assert status_of(row.id) == Status.QUEUED


def _refused() -> int:
    db.session.rollback()
    return leases.counted("stale_verdict")


def test_a_long_run_keeps_its_lease(
    threaded_app: Flask, threaded_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE", timedelta(seconds=0.6))
    monkeypatch.setattr(jobs, "RENEW_SECONDS", 0.1)
    monkeypatch.setattr(jobs, "SWEEP_SECONDS", 0.1)
    runs: list[int] = []

    def slow(exercise: Exercise, files: Mapping[str, str], client: object, on_test: OnTest = None) -> Verdict:
        runs.append(1)
        time.sleep(2)
        return passes(exercise, files, client)

    row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
    with grader(threaded_app, slow):
        ring(row.id)
        wait_for(lambda: status_of(row.id) == Status.GRADED)
    assert len(runs) == 1
    assert leases.counted("lease_expired") == 0


def test_a_verdict_waits_for_a_database_that_is_away(
    threaded_app: Flask, threaded_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([True, True])
    finish = leases.finish

    def flaky(lease: leases.Lease, given: Verdict) -> bool:
        if next(failures, False):
            raise OperationalError("UPDATE", {}, Exception("the database is away"))
        return finish(lease, given)

    monkeypatch.setattr(leases, "finish", flaky)
    row = make_submission(threaded_place.school.ben.id, threaded_place.exercise)
    with grader(threaded_app, passes):
        ring(row.id)
        wait_for(lambda: status_of(row.id) == Status.GRADED)
    assert _attempts(row.id) == 1


def test_tests_reach_the_stream_while_others_still_run(threaded_app: Flask, threaded_place: Place) -> None:
    gate = threading.Event()

    def stepwise(
        exercise: Exercise, files: Mapping[str, str], client: object, on_test: OnTest = None
    ) -> Verdict:
        assert on_test is not None
        on_test(result(0))
        on_test(result(1))
        gate.wait(10)
        on_test(result(2))
        return verdict(Outcome.PASSED, (result(0), result(1), result(2)))

    with grader(threaded_app, stepwise):
        answer = threaded_place.hand_in()
        assert answer.json is not None
        stream = threaded_place.client.get(answer.json["events"], buffered=False)
        seen = []
        for chunk in stream.response:
            text = chunk if isinstance(chunk, str) else chunk.decode()
            seen.append(json.loads(text))
            if [line.get("index") for line in seen if line["type"] == "test"] == [0, 1]:
                gate.set()
        stream.close()
    kinds = [line["type"] for line in seen if line["type"] != "status"]
    assert kinds == ["test", "test", "test", "verdict"]


def test_the_message_holds_an_id_and_nothing_else(threaded_app: Flask) -> None:
    bell = bell_of(threaded_app)
    bell.ring(7)
    message = json.loads(bell.broker.queues["grading"].get_nowait())
    assert (message["args"], message["kwargs"]) == ([7], {})


def test_a_broker_that_is_away_does_not_cost_the_hand_in(caplog: pytest.LogCaptureFixture) -> None:
    Bell("redis://127.0.0.1:1/0").ring(1)
    assert "The doorbell did not ring" in caplog.text


def test_an_unknown_broker_is_a_setting_with_a_cure() -> None:
    with pytest.raises(ConfigError, match="PASSERELLE_BROKER_URL"):
        make_broker("kafka://somewhere")


def test_work_of_a_person_is_found_by_the_sweeper_without_any_ring(
    threaded_app: Flask, threaded_place: Place
) -> None:
    people = [make_user(f"Person {number}") for number in range(10)]
    db.session.commit()
    rows = [make_submission(person.id, threaded_place.exercise).id for person in people]
    with grader(threaded_app, passes, threads=3):
        wait_for(lambda: all(status_of(row) == Status.GRADED for row in rows))
