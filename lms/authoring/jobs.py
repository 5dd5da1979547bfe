"""The author's runs: a thread of the web process that takes one after the other, and one that keeps what it holds.

Students go first: before each single program the thread waits until no hand-in waits for a grader. A process has one
run at a time; a publication lets tries in between, since somebody looks at those. The same threads lay out what was
published on other machines.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lms.accounts.models import Cohort
from lms.authoring import holding, publishing, running, shelving
from lms.authoring.models import AuthorRun, RunKind
from lms.authoring.repository import Author
from lms.authoring.running import RunLease
from lms.authoring.services import author_of, repository_of
from lms.authoring.trying import Bench, Job, OurFault, Report, try_exercise
from lms.catalog.shelf import known_courses
from lms.core.db import db
from lms.grading.dynamic import Grade
from lms.grading.patience import grade_patiently
from lms.programmes.calendars import lay_out_cohort
from lms.submissions import leases
from sandbox.client import SandboxClient, SandboxError

EXTENSION = "passerelle_author_bell"
POLL_SECONDS = 2.0
RENEW_SECONDS = 5.0
SHELF_SECONDS = 5.0
SLOW_SECONDS = 600.0
YIELD_SECONDS = 0.2
LONGEST_YIELD = 60.0
"""Students who hand in without a pause must not stop authors for good."""
WRITE_SECONDS = 0.25
"""A report that changes more often is written this often."""
STOP_SECONDS = 4.0
SYSTEM = Author("Passerelle", "system")

log = logging.getLogger(__name__)


class Stopping(Exception):
    """The process ends: the run goes back to the queue."""


class LeaseLost(Exception):
    """Another process has the run now."""


class AuthorWorker:
    """The threads of one process."""

    def __init__(self, app: Flask, client: SandboxClient, grade: Grade = grade_patiently) -> None:
        self._app = app
        self._client = client
        self._grade = grade
        self._stopping = Event()
        self._held: dict[str, RunLease] = {}
        self._laid_out = -1
        self._shelf_due = self._slow_due = 0.0
        self._threads = [
            Thread(target=self._work, name="author-runs", daemon=True),
            Thread(target=self._keep, name="author-keeper", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no more; a run that is under way goes back to the queue."""
        self._stopping.set()
        ring(self._app)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=STOP_SECONDS)
        with self._app.app_context(), _expected(SQLAlchemyError, "A run could not be given back."):
            for lease in tuple(self._held.values()):
                running.give_back(lease)
            db.session.commit()

    # One thread runs.

    def _work(self) -> None:
        bell = _bell(self._app)
        while not self._stopping.is_set():
            bell.clear()
            ran = False
            with self._app.app_context(), _expected(SQLAlchemyError, "Authors' runs wait for the database."):
                ran = self.turn()
            if not ran:
                bell.wait(POLL_SECONDS)

    def turn(self) -> bool:
        """Take back what dead processes held, and run the next row; whether there was one."""
        running.sweep()
        db.session.commit()
        waits = running.anything_waits()
        db.session.rollback()
        # While the sandbox is away nothing is claimed: the run waits, and its page says so.
        if not waits or not self._sandbox_is_well():
            return False
        return self._take(None)

    def _take(self, kind: RunKind | None) -> bool:
        lease = running.claim(kind=kind)
        db.session.commit()
        if lease is None:
            return False
        with self._holding(lease):
            self._run(lease)
        return True

    @contextmanager
    def _holding(self, lease: RunLease) -> Iterator[None]:
        """Keep the lease while the block runs, and put the run back if it does not come to an end."""
        self._held[lease.token] = lease
        try:
            yield
        except Stopping:
            self._put_back(lease, "stopping")
        except LeaseLost:
            log.warning("Run %s came after its lease and was refused.", lease.run_id)
        except OurFault as fault:
            log.warning("Run %s is put off: %s", lease.run_id, fault)
            self._put_back(lease, "away" if fault.busy or not self._sandbox_is_well() else "well")
        except Exception:
            # Whatever it is, the thread goes on with other authors' runs, and this one ends after some attempts.
            log.exception("Run %s broke.", lease.run_id)
            self._put_back(lease, "broken")
        finally:
            del self._held[lease.token]

    def _put_back(self, lease: RunLease, why: str) -> None:
        with _expected(SQLAlchemyError, "A run that did not end is left to the sweep."):
            db.session.rollback()
            if why == "stopping":
                running.give_back(lease)
            elif why == "broken":
                running.give_up(lease)
            else:
                running.put_off(lease, sandbox_is_well=why == "well")
            db.session.commit()

    def _run(self, lease: RunLease) -> None:
        run = db.session.get_one(AuthorRun, lease.run_id)
        job, kind, path, options = _job_of(run), run.kind, run.path, dict(run.options)
        report = Report(commit=run.commit)
        db.session.rollback()
        bench = self._bench(lease, report, nested=kind == RunKind.TRY)
        if kind == RunKind.TRY:
            try_exercise(job, report, path, bench)
            self._finish(lease, report)
        else:
            self._publish(lease, job, report, options, bench)

    def _bench(self, lease: RunLease, report: Report, *, nested: bool) -> Bench:
        written = 0.0

        def tell(*, now: bool = False) -> None:
            nonlocal written
            if monotonic() - written < WRITE_SECONDS and not now:
                return
            if not running.write_report(lease, report.to_json()):
                db.session.rollback()
                raise LeaseLost
            db.session.commit()
            written = monotonic()

        def wait_turn() -> None:
            self._let_students_first()
            if not nested:
                self._take(RunKind.TRY)

        return Bench(self._client, tell, wait_turn, self._grade)

    def _let_students_first(self) -> None:
        until = monotonic() + LONGEST_YIELD
        while not self._stopping.is_set():
            waits = leases.anyone_waits()
            db.session.rollback()
            if not waits or monotonic() > until:
                return
            self._stopping.wait(YIELD_SECONDS)
        raise Stopping

    def _publish(
        self, lease: RunLease, job: Job, report: Report, options: dict[str, object], bench: Bench
    ) -> None:
        number, note, moving = _options(options)
        course = publishing.examine(job, report, bench)
        if course is not None:
            try:
                publishing.merge_draft(job, report.commit, note)
                made = publishing.add_version(
                    job, report.commit, course, number=number, note=note, moving=moving
                )
                report.published = made.number
            except publishing.Overtaken:
                db.session.rollback()
                report.code = "overtaken"
            except publishing.OwnChanges:
                report.code = "own_changes"
        self._finish(lease, report)
        if report.published is not None:
            serve_published()

    def _finish(self, lease: RunLease, report: Report) -> None:
        if not running.finish(lease, report.to_json()):
            db.session.rollback()
            raise LeaseLost
        db.session.commit()

    def _sandbox_is_well(self) -> bool:
        try:
            return self._client.health().healthy
        except SandboxError:
            return False

    # The other one keeps.

    def _keep(self) -> None:
        while not self._stopping.wait(min(RENEW_SECONDS, SHELF_SECONDS)):
            with self._app.app_context():
                with _expected(SQLAlchemyError, "The lease of an author's run could not be renewed."):
                    for lease in tuple(self._held.values()):
                        running.renew(lease)
                    db.session.commit()
                with _expected((SQLAlchemyError, OSError), "Published courses could not be laid out."):
                    self.keep_shelf()

    def keep_shelf(self) -> None:
        """Lay out what was published elsewhere; from time to time look whether all of it is still here."""
        now = monotonic()
        newest = shelving.newest_id()
        db.session.rollback()
        if newest == self._laid_out and now < self._slow_due:
            return
        serve_published()
        self._laid_out, self._slow_due = newest, now + SLOW_SECONDS


def start_authors(
    app: Flask, client: SandboxClient | None = None, grade: Grade = grade_patiently
) -> AuthorWorker:
    """Start the threads in this process; call `stop()` on what you get. Tests give a client or a grade."""
    worker = AuthorWorker(
        app, client or SandboxClient(app.config["SANDBOX_URL"], app.config["SANDBOX_TOKEN"]), grade
    )
    worker.start()
    return worker


def ring(app: Flask | None = None) -> None:
    """Say that a run has been asked for, after the commit. A process without a worker finds it within seconds."""
    _bell(app or current_app._get_current_object()).set()  # type: ignore[attr-defined]  # the proxy's target


def serve_published(*, check: bool = False) -> list[str]:
    """Lay out what is published, read it, and lay the calendars of its classes out anew; the courses served anew."""
    changed = shelving.lay_out_published(check=check)
    db.session.rollback()
    known_courses()
    for slug in changed:
        for cohort in db.session.scalars(select(Cohort).where(holding.classes_with(slug))):
            if cohort.version_of(slug) is None:
                lay_out_cohort(cohort)
        db.session.commit()
    return changed


def _job_of(run: AuthorRun) -> Job:
    course, author = run.course, run.author
    return Job(
        course_id=course.id,
        slug=course.slug,
        repository=repository_of(course),
        author=author_of(author) if author is not None else SYSTEM,
        author_id=run.author_id,
    )


def _options(options: dict[str, object]) -> tuple[int, str, list[str]]:
    number, moving = options["number"], options["moving"]
    if not isinstance(number, int) or not isinstance(moving, list):
        raise TypeError("the options of a publication are not in their form")
    return number, str(options["note"]), [str(one) for one in moving]


def _bell(app: Flask) -> Event:
    bell: Event = app.extensions.setdefault(EXTENSION, Event())
    return bell


@contextmanager
def _expected(kind: type[Exception] | tuple[type[Exception], ...], words: str) -> Iterator[None]:
    """Log a fault that passes by itself, and go on."""
    try:
        yield
    except kind as error:
        db.session.rollback()
        log.warning("%s (%s)", words, type(error).__name__)
