"""Runs of exercises for their authors: the queue, the table of rows, and whose fault what is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lms.authoring import jobs, running, trying
from lms.authoring.models import AuthorRun, RunKind, RunStatus
from lms.authoring.running import RunLease
from lms.authoring.services import draft_course, repository_of
from lms.catalog.model import Exercise, Suite, SuiteTest
from lms.catalog.suite import suite_hash
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.record import NotRecorded
from lms.grading.verdict import Message, Verdict
from sandbox.client import SandboxClient, SandboxUnavailable
from tests.authoring.publications import EXERCISE, Bench, as_promised, our_fault

TESTS = "from solution import double\n\ndef test_double():\n    assert double(2) == 4\n"


def ask(bench: Bench, path: str = EXERCISE) -> AuthorRun:
    run = running.ask_try(bench.course, bench.school.ada, bench.head, path)
    db.session.commit()
    return run


def tried(bench: Bench, path: str = EXERCISE) -> dict[str, Any]:
    """The report on an exercise."""
    run = ask(bench, path)
    assert bench.turn()
    return report_of(run)


def report_of(run: AuthorRun) -> dict[str, Any]:
    db.session.refresh(run)
    assert run.status == RunStatus.DONE
    assert run.report is not None
    return run.report


def rows(report: Mapping[str, Any]) -> dict[str, Any]:
    return {row["what"]: row for row in report["exercises"][0]["rows"]}


def test_every_program_is_run_ten_times(bench: Bench) -> None:
    report = tried(bench)
    found = rows(report)
    assert list(found) == ["solution", "starter", "wrong/adds-two", "wrong/prints-instead"]
    assert {what: (row["wanted"], row["outcomes"], row["ok"]) for what, row in found.items()} == {
        "solution": ("pass", {"passed": 10}, True),
        "starter": ("fail", {"failed": 10}, True),
        "wrong/adds-two": ("fail", {"failed": 10}, True),
        "wrong/prints-instead": ("fail", {"failed": 10}, True),
    }
    assert all(row["alike"] and row["tests"] for row in found.values())
    assert (report["faults"], report["exercises"][0]["faults"], report["exercises"][0]["state"]) == (
        [],
        [],
        "done",
    )


def test_rows_are_written_as_they_end(bench: Bench) -> None:
    seen: list[list[tuple[str, int]]] = []
    run = ask(bench)

    def grade(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
        report = db.session.get_one(AuthorRun, run.id).report or {"exercises": []}
        seen.append([(row["what"], row["runs"]) for one in report["exercises"] for row in one["rows"]])
        db.session.rollback()
        return as_promised(exercise, files, client)

    bench.grade = grade
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "WRITE_SECONDS", 0)
        assert bench.turn()
    assert seen[1] == [
        ("solution", 1), ("starter", 0), ("wrong/adds-two", 0), ("wrong/prints-instead", 0)
    ]  # fmt: skip
    assert len(seen) == 40


def wrong_verdicts(kind: str) -> Any:
    """Ways to grade in which one thing is not as promised."""
    turns = iter(range(1000))

    def grade(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
        verdict = as_promised(exercise, files, client)
        if kind == "hint" and files == exercise.wrong["adds-two"]:
            return replace(verdict, hints=("Another hint.",))
        if kind == "solution" and files == exercise.solution:
            return replace(verdict, outcome=Outcome.TIME_LIMIT)
        if kind == "starter" and files == exercise.starter:
            return replace(verdict, outcome=Outcome.PASSED)
        if kind == "chance" and files == exercise.solution and next(turns) == 3:
            return replace(verdict, outcome=Outcome.FAILED)
        return verdict

    return grade


@pytest.mark.parametrize(
    ("kind", "what", "runs", "words"),
    [
        ("hint", "wrong/adds-two", 1, "does not show its hint"),
        ("solution", "solution", 1, "The solution does not pass"),
        ("starter", "starter", 1, "The starter passes all checks"),
        ("chance", "solution", 4, "gives different verdicts in 4 runs"),
    ],
)
def test_what_is_not_as_promised_is_told(bench: Bench, kind: str, what: str, runs: int, words: str) -> None:
    bench.grade = wrong_verdicts(kind)
    report = tried(bench)
    found = rows(report)
    assert (found[what]["ok"], found[what]["runs"]) == (False, runs)
    assert all(row["ok"] for name, row in found.items() if name != what)
    [fault] = report["exercises"][0]["faults"]
    assert words in fault["message"]
    assert (fault["path"], bool(fault["cure"])) == (f"{EXERCISE}/exercise.toml", True)


def test_an_exercise_that_cannot_be_read_is_not_run(bench: Bench) -> None:
    bench.write(f"{EXERCISE}/exercise.toml", "title = 3\n")
    report = tried(bench)
    assert report["exercises"] == []
    assert any(fault["path"] == f"{EXERCISE}/exercise.toml" for fault in report["faults"])


def test_an_exercise_that_is_not_there_is_told(bench: Bench) -> None:
    assert tried(bench, "01-start/nothing")["code"] == "no_exercise"


def test_asking_twice_asks_once(bench: Bench) -> None:
    assert ask(bench).id == ask(bench).id
    bench.title("Another")
    assert ask(bench).id != running.last_run(bench.course, RunKind.TRY, "x")


def test_our_fault_waits_and_is_tried_again(bench: Bench) -> None:
    run = ask(bench)
    bench.grade = our_fault
    for attempt in (1, 2):
        assert bench.turn()
        db.session.refresh(run)
        assert (run.status, run.attempts) == (RunStatus.WAITING, attempt)
        assert run.not_before is not None
        assert run.not_before > utcnow()
        assert not bench.turn(), "not before its time"
        run.not_before = utcnow()
        db.session.commit()
    bench.grade = as_promised
    assert bench.turn()
    assert rows(report_of(run))["solution"]["ok"]


def test_our_fault_has_an_end_from_a_sandbox_that_says_it_is_well(bench: Bench) -> None:
    run = ask(bench)
    bench.grade = our_fault
    for _ in range(3):
        run.not_before = None
        db.session.commit()
        assert bench.turn()
        db.session.refresh(run)
    assert (run.status, run.finished_at is not None) == (RunStatus.FAILED, True)


def test_without_a_sandbox_the_run_waits_and_nothing_is_counted(bench: Bench) -> None:
    run = ask(bench)
    bench.sandbox.away = True
    assert not bench.turn()
    db.session.refresh(run)
    assert (run.status, run.attempts) == (RunStatus.WAITING, 0)


def test_a_sandbox_that_goes_away_in_the_middle_costs_no_attempt(bench: Bench) -> None:
    run = ask(bench)

    def grade(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
        bench.sandbox.away = True
        return our_fault(exercise, files, client)

    bench.grade = grade
    assert bench.turn()
    db.session.refresh(run)
    assert (run.status, run.attempts) == (RunStatus.WAITING, 0)


def test_a_sandbox_that_is_full_costs_no_attempt(bench: Bench) -> None:
    run = ask(bench)

    def grade(*_args: object) -> Verdict:
        return Verdict(Outcome.OUR_FAULT, message=Message("sandbox_busy", {}))

    bench.grade = grade
    for _ in range(running.MAX_ATTEMPTS + 1):
        run.not_before = None
        db.session.commit()
        assert bench.turn()
        db.session.refresh(run)
    assert (run.status, run.attempts) == (RunStatus.WAITING, 0)


def test_an_exercise_that_the_grader_cannot_read_is_its_authors_fault(bench: Bench) -> None:
    def grade(_exercise: Exercise, _files: Mapping[str, str], _client: SandboxClient) -> Verdict:
        return Verdict(Outcome.OUR_FAULT, message=Message("exercise_fault", {}))

    bench.grade = grade
    report = tried(bench)
    assert "could not be graded" in report["exercises"][0]["faults"][0]["message"]


def test_a_run_that_breaks_the_worker_ends_after_three_attempts(bench: Bench) -> None:
    run = ask(bench)

    def grade(*_args: object) -> Verdict:
        raise RuntimeError("nobody expects this")

    bench.grade = grade
    for _ in range(3):
        run.not_before = None
        db.session.commit()
        assert bench.turn()
        db.session.refresh(run)
    assert run.status == RunStatus.FAILED


def test_a_dead_process_is_followed_by_another_and_refused_afterwards(bench: Bench) -> None:
    run = ask(bench)
    dead = running.claim(utcnow() - running.LEASE - timedelta(seconds=1))
    db.session.commit()
    assert isinstance(dead, RunLease)
    assert bench.turn()
    assert report_of(run)["exercises"]
    assert not running.finish(dead, {})
    assert not running.write_report(dead, {})
    assert not running.renew(dead)
    db.session.refresh(run)
    assert run.report != {}


def test_of_two_who_claim_one_gets_it(bench: Bench) -> None:
    ask(bench)
    assert running.claim() is not None
    assert running.claim() is None


def test_tries_come_before_publications(bench: Bench) -> None:
    ada, cora = bench.school.ada, bench.school.cora
    publication = bench.ask()
    asked = [
        running.ask_try(bench.course, person, bench.head, path)
        for person, path in ((ada, "a/a"), (ada, "a/b"), (cora, "a/c"))
    ]
    db.session.commit()
    order = [running.claim() for _ in range(4)]
    assert [lease.run_id for lease in order if lease is not None] == [
        *(run.id for run in asked), publication.id
    ]  # fmt: skip


def test_a_try_is_run_while_a_publication_goes_on(bench: Bench) -> None:
    publication = bench.ask()
    inner: list[AuthorRun] = []

    def grade(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
        if not inner:
            inner.append(ask(bench))
        return as_promised(exercise, files, client)

    bench.grade = grade
    assert bench.turn()
    done = [db.session.get_one(AuthorRun, one.id).finished_at for one in (*inner, publication)]
    assert done[0] is not None
    assert done[1] is not None
    assert done[0] < done[1]


def test_students_go_first(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = iter([True, True, False])
    looked: list[bool] = []

    def anyone_waits() -> bool:
        looked.append(next(waits, False))
        return looked[-1]

    graded: list[int] = []

    def grade(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
        graded.append(len(looked))
        return as_promised(exercise, files, client)

    monkeypatch.setattr(jobs.leases, "anyone_waits", anyone_waits)
    monkeypatch.setattr(jobs, "YIELD_SECONDS", 0.01)
    bench.grade = grade
    tried(bench)
    assert graded[0] == 3, "three looks before the first program"
    assert graded[1] == 4, "and one before each that follows"


def test_a_worker_that_stops_gives_the_run_back(bench: Bench) -> None:
    run = ask(bench)
    worker = bench.worker()

    def grade(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
        worker._stopping.set()
        return as_promised(exercise, files, client)

    worker._grade = grade
    assert worker.turn()
    db.session.refresh(run)
    assert (run.status, run.attempts) == (RunStatus.WAITING, 0)


# Ordinary tests and their record.


@pytest.fixture
def suite(bench: Bench) -> Bench:
    """The exercise with a test file instead of checks, never recorded."""
    bench.write(
        f"{EXERCISE}/exercise.toml",
        'title = "Double a number"\n\n[[mistakes]]\nsample = "prints-instead"\nhint = "Use `return`."\ncheck = 1\n\n'
        '[[mistakes]]\nsample = "adds-two"\nhint = "Multiply, do not add."\ncheck = 1\n',
    )
    bench.write(f"{EXERCISE}/tests/test_double.py", TESTS)
    return bench


def recorded(exercise: Exercise, _client: SandboxClient) -> Suite:
    """What a run of the solution would record."""
    assert exercise.suite is not None
    test = SuiteTest("test_double.py::test_double", "test_double", False, 1, None, "passed")
    return replace(
        exercise.suite, tests=(test,), surface={}, recorded_of=suite_hash(exercise.suite, exercise.solution)
    )


def test_a_try_records_the_tests_in_the_authors_name(suite: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "record_suite", recorded)
    asked_for = suite.head
    report = tried(suite)
    assert report["recorded"] == [EXERCISE]
    assert (report["commit"], report["commit"] != asked_for) == (suite.head, True)
    newest = repository_of(suite.course).history(limit=1)[0]
    assert (newest.author, newest.mark) == ("Ada", suite.school.ada.public_id)
    assert rows(report)["solution"]["ok"]
    course = draft_course(suite.course)
    assert course is not None
    exercise = next(course.exercises)
    assert exercise.suite is not None
    assert [test.name for test in exercise.suite.tests] == ["test_double"]
    assert tried(suite)["recorded"] == [], "a record that says the same is left alone"


def test_the_exercise_that_ran_is_the_one_that_is_kept(suite: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "record_suite", recorded)
    ran: set[str] = set()

    def grade(exercise: Exercise, files: Mapping[str, str], client: SandboxClient) -> Verdict:
        ran.add(exercise.version)
        return as_promised(exercise, files, client)

    suite.grade = grade
    tried(suite)
    course = draft_course(suite.course)
    assert course is not None
    assert ran == {next(course.exercises).version}


def test_a_solution_that_fails_its_tests_is_not_recorded(
    suite: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_exercise: Exercise, _client: SandboxClient) -> Suite:
        raise NotRecorded("test_double: 4 is not 5.")

    monkeypatch.setattr(trying, "record_suite", refuse)
    before = suite.head
    report = tried(suite)
    assert "4 is not 5" in report["exercises"][0]["faults"][0]["message"]
    assert suite.head == before


def test_a_record_that_the_sandbox_broke_is_no_fault_of_the_tests(
    suite: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_exercise: Exercise, _client: SandboxClient) -> Suite:
        raise NotRecorded("The solution could not be run.") from SandboxUnavailable("away")

    monkeypatch.setattr(trying, "record_suite", away)
    run = ask(suite)
    assert suite.turn()
    db.session.refresh(run)
    assert run.status == RunStatus.WAITING
