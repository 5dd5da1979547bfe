"""The grader: when the bell rings a worker claims a row, grades it in the sandbox and writes the verdict."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Protocol, Self

import dramatiq
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.catalog.model import Exercise
from lms.catalog.models import ExerciseVersion
from lms.catalog.snapshot import exercise_from_json
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.grading.runner import grade
from lms.grading.verdict import TestResult, Verdict, result_to_json
from lms.submissions import leases
from lms.submissions.bell import bell_of
from lms.submissions.leases import Lease
from lms.submissions.models import Submission
from lms.submissions.wake import wake
from sandbox.client import SandboxClient, SandboxError

RENEW_SECONDS = 5.0
SWEEP_SECONDS = 2.0
FLUSH_SECONDS = 0.04
"""Tests that end within this time of each other are written in one commit."""
STOP_SECONDS = 4.0
WRITE_SECONDS = 120.0
"""How long a finished verdict waits for a database that is away."""
ROWS_PER_RING = 25
MOST_RINGS = 8

log = logging.getLogger(__name__)


class Grade(Protocol):
    """The shape of `lms.grading.runner.grade`."""

    def __call__(
        self,
        exercise: Exercise,
        files: dict[str, str],
        client: SandboxClient,
        on_test: Callable[[TestResult], None] | None = None,
    ) -> Verdict: ...


class Run:
    """One submission being graded by this process, with the tests that are not written yet."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self._lock = Lock()
        self._pending: list[TestResult] = []
        self._written = 0
        self._open = True

    def add(self, result: TestResult) -> None:
        with self._lock:
            self._pending.append(result)

    def write_tests(self) -> None:
        """Commit what has come since the last time."""
        with self._lock:
            if not self._open or not self._pending:
                return
            results, self._pending = self._pending, []
            self._open = leases.record_tests(
                self.lease, self._written, [result_to_json(result) for result in results]
            )
            self._written += len(results)
            db.session.commit()
        wake.notify(self.lease.submission_id)

    def close(self) -> None:
        """No more test rows: the verdict holds them all."""
        with self._lock:
            self._open = False


class GraderHandle:
    """The worker threads of one process, with the thread that keeps their leases and the one that sweeps."""

    def __init__(self, app: Flask, threads: int, client: SandboxClient, grade_files: Grade) -> None:
        self._app = app
        self._client = client
        self._grade = grade_files
        self._bell = bell_of(app)
        self._bell.answered_by(self.work)
        self._worker = dramatiq.Worker(self._bell.broker, worker_threads=threads, worker_timeout=200)
        self._runs: dict[str, Run] = {}
        self._stopping = Event()
        self._tests_wait = Event()
        self._sweep_now = Event()
        self._due = 0.0
        self._helpers = [
            Thread(target=self._keep, name="grader-keeper", daemon=True),
            Thread(target=self._sweep, name="grader-sweeper", daemon=True),
        ]

    def start(self) -> None:
        self._worker.start()
        for helper in self._helpers:
            helper.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Take no more work, let runs end for a while, and give back to the queue what has not ended."""
        self._stopping.set()
        self._tests_wait.set()
        self._sweep_now.set()
        self._worker.stop(timeout=int(seconds * 1000))
        with self._app.app_context(), _expected(SQLAlchemyError, "Work could not be given back."):
            for run in tuple(self._runs.values()):
                run.close()
                leases.give_back(run.lease)
            db.session.commit()
        for helper in self._helpers:
            helper.join(timeout=1)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def work(self) -> None:
        """Grade waiting rows one after the other until there are none."""
        with self._app.app_context():
            for _ in range(ROWS_PER_RING):
                if self._stopping.is_set():
                    return
                lease = leases.claim()
                db.session.commit()
                if lease is None:
                    return
                wake.notify(lease.submission_id)
                self._run(lease)
        self._bell.ring(0)  # there may be more; another worker may be free

    def _run(self, lease: Lease) -> None:
        with self._holding(lease) as run:
            exercise, files = _work_of(lease)
            verdict = self._grade(exercise, files, self._client, self._collector(run))
            run.close()
            if verdict.outcome is Outcome.OUR_FAULT:
                self._put_off(lease, exercise.kernel)
            else:
                self._write(lease, verdict)
        wake.notify(lease.submission_id)

    def _collector(self, run: Run) -> Callable[[TestResult], None]:
        def collect(result: TestResult) -> None:
            run.add(result)
            self._tests_wait.set()

        return collect

    @contextmanager
    def _holding(self, lease: Lease) -> Iterator[Run]:
        """Keep the lease while the block runs; an error in it costs the submission one attempt."""
        run = Run(lease)
        self._runs[lease.token] = run
        ended = False
        try:
            yield run
            ended = True
        finally:
            del self._runs[lease.token]
            run.close()
            if not ended:
                with _expected(SQLAlchemyError, "A broken run is left to the sweeper."):
                    db.session.rollback()
                    leases.give_up(lease)
                    db.session.commit()

    def _write(self, lease: Lease, verdict: Verdict) -> None:
        """Commit the verdict; wait for a database that is away rather than throw the run away."""
        deadline = monotonic() + WRITE_SECONDS
        while True:
            try:
                written = leases.finish(lease, verdict)
                db.session.commit()
            except SQLAlchemyError as error:
                db.session.rollback()
                if monotonic() > deadline or self._stopping.wait(1.0):
                    raise
                log.warning(
                    "The verdict of submission %s waits: %s", lease.submission_id, type(error).__name__
                )
                continue
            if not written:
                log.warning(
                    "The verdict of submission %s came after its lease and was refused.", lease.submission_id
                )
            return

    def _put_off(self, lease: Lease, kernel: str) -> None:
        wait = leases.put_off(lease, sandbox_is_well=self._sandbox_is_well(kernel))
        db.session.commit()
        if wait is not None:
            self._due = min(self._due, monotonic() + wait)
            self._sweep_now.set()

    def _sandbox_is_well(self, kernel: str) -> bool:
        try:
            report = self._client.health()
        except SandboxError:
            return False
        return report.healthy and kernel not in report.refused

    def _keep(self) -> None:
        """Write tests soon after they end, and renew the leases of this process."""
        renewed = monotonic()
        while not self._stopping.is_set():
            if self._tests_wait.wait(max(0.0, renewed + RENEW_SECONDS - monotonic())):
                self._tests_wait.clear()
                self._stopping.wait(FLUSH_SECONDS)
            with self._app.app_context(), _expected(SQLAlchemyError, "Tests or leases could not be written."):
                for run in tuple(self._runs.values()):
                    run.write_tests()
                if monotonic() >= renewed + RENEW_SECONDS:
                    renewed = monotonic()
                    for run in tuple(self._runs.values()):
                        leases.renew(run.lease)
                    db.session.commit()

    def _sweep(self) -> None:
        """Take back what a dead grader held, and ring for rows whose ring was lost or whose wait is over."""
        while not self._stopping.is_set():
            with self._app.app_context(), _expected(SQLAlchemyError, "The sweep must wait for the database."):
                swept = leases.sweep()
                db.session.commit()
                for submission_id in (*swept.requeued, *swept.needs_staff):
                    wake.notify(submission_id)
                for _ in range(min(swept.claimable, MOST_RINGS)):
                    self._bell.ring(0)
            self._due = monotonic() + SWEEP_SECONDS
            while not self._stopping.is_set() and (left := self._due - monotonic()) > 0:
                if self._sweep_now.wait(left):
                    self._sweep_now.clear()


def start_grader(
    app: Flask, threads: int, client: SandboxClient | None = None, grade_files: Grade = grade
) -> GraderHandle:
    """Start worker threads in this process; call `stop()` on what you get. Tests give a client or a grade."""
    sandbox = client or SandboxClient(app.config["SANDBOX_URL"], app.config["SANDBOX_TOKEN"])
    handle = GraderHandle(app, threads, sandbox, grade_files)
    handle.start()
    return handle


def _work_of(lease: Lease) -> tuple[Exercise, dict[str, str]]:
    submission = db.session.get_one(Submission, lease.submission_id)
    exercise, files = pinned_exercise(submission.exercise_version), dict(submission.files)
    # The connection goes back to the pool while the sandbox works.
    db.session.rollback()
    return exercise, files


@lru_cache(maxsize=256)
def pinned_exercise(version: str) -> Exercise:
    """The exercise as it was when the work was handed in; a version never changes, so it may be kept."""
    return exercise_from_json(db.session.get_one(ExerciseVersion, version).content)


@contextmanager
def _expected(kind: type[Exception], words: str) -> Iterator[None]:
    """Log a fault that passes by itself, and go on."""
    try:
        yield
    except kind as error:
        db.session.rollback()
        log.warning("%s (%s)", words, type(error).__name__)
