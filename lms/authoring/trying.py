"""Runs exercises for their authors: records ordinary tests, runs every program, and says what is not as promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from lms.authoring.repository import Author, Conflict, Repository
from lms.authoring.services import lay_out
from lms.catalog.check import exercise_faults
from lms.catalog.model import Exercise, Fault
from lms.catalog.parse import read_course
from lms.catalog.snapshot import with_version
from lms.catalog.suite import LOCK, RECORD_CURE, lock_text
from lms.grading.dynamic import REPEAT, Grade, Row, rows_of, run_once, same_record
from lms.grading.outcome import Outcome
from lms.grading.patience import grade_patiently
from lms.grading.phase import OurFaultError
from lms.grading.record import NotRecorded, record_suite
from lms.grading.verdict import Verdict, verdict_to_json
from sandbox.client import SandboxBusy, SandboxClient, SandboxError

AUTHORS_FAULTS = frozenset({"exercise_fault"})
"""Messages of `our_fault` that an exercise's files cause."""
TESTS_FAULT = "Look at what the tests need, and mend the solution or the tests."


class OurFault(Exception):
    """A run did not come to a verdict, and the author has nothing to do with it; `busy` where there was no room."""

    def __init__(self, what: str, *, busy: bool = False) -> None:
        super().__init__(what)
        self.busy = busy


@dataclass(slots=True)
class Report:
    """What a run has found so far, as it is stored (see `lms.authoring.running`)."""

    commit: str
    faults: list[Fault] = field(default_factory=list)
    exercises: list[ExerciseReport] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    code: str = ""
    published: int | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing is at fault."""
        return not (self.faults or self.code or any(one.faults for one in self.exercises))

    def to_json(self) -> dict[str, Any]:
        return {
            "faults": [asdict(fault) for fault in self.faults],
            "exercises": [one.to_json() for one in self.exercises],
            "recorded": self.recorded,
            "commit": self.commit,
            "code": self.code,
            "published": self.published,
        }


@dataclass(slots=True)
class ExerciseReport:
    """One exercise in a report."""

    path: str
    title: str
    state: str = "waiting"
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    brief: bool = False
    """In a report on a whole course, tests are told only where something is wrong."""

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "title": self.title,
            "state": self.state,
            "rows": [_row_to_json(row, brief=self.brief) for row in self.rows],
            "faults": [asdict(fault) for fault in self.faults],
        }


@dataclass(frozen=True, slots=True)
class Job:
    """A run's data, apart from the database: what is run may take minutes."""

    course_id: int
    slug: str
    repository: Repository
    author: Author
    author_id: int | None


class Tell(Protocol):
    """Called when a report has changed; it is written at once with `now`, else soon."""

    def __call__(self, *, now: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class Bench:
    """What running needs: the sandbox, a way to grade, and whom to tell of what."""

    client: SandboxClient
    tell: Tell
    wait_turn: Callable[[], None]
    """Called before each single run: returns when the sandbox is not needed for students. May raise to stop."""
    grade: Grade = grade_patiently


def try_exercise(job: Job, report: Report, path: str, bench: Bench) -> None:
    """Run one exercise of a commit, its tests recorded first if that is needed."""
    source = read_course(lay_out(job.repository, report.commit, job.slug))
    report.faults = [
        fault for fault in source.faults if fault.path.startswith(f"{path}/") and fault.cure != RECORD_CURE
    ]
    found = next(
        (
            one
            for lesson in source.lessons
            for one in lesson.exercises.values()
            if f"{lesson.slug}/{one.slug}" == path
        ),
        None,
    )
    if found is None or found.exercise is None:
        report.code = "" if report.faults else "no_exercise"
        return
    exercise = found.exercise
    told = ExerciseReport(path, exercise.title)
    report.exercises = [told]
    bench.tell()
    try:
        exercise, lock = record(exercise, bench)
    except NotRecorded as error:
        told.faults.append(record_fault(exercise, error))
        told.state = "done"
        return
    if lock is not None and keep_made(job, report, {f"{path}/{LOCK}": lock.encode()}):
        report.recorded.append(path)
    found.exercise = exercise
    told.faults += [fault for fault in exercise_faults(found) if fault.cure != RECORD_CURE]
    run_exercise(exercise, told, bench)


def run_exercise(exercise: Exercise, report: ExerciseReport, bench: Bench, repeat: int = REPEAT) -> str:
    """Run every program `repeat` times, all of them once first; the image that ran them.

    A program that does what it should not has run often enough.
    """
    report.state = "running"
    report.rows = rows_of(exercise, repeat)
    image = ""
    for _ in range(repeat):
        for row in report.rows:
            if row.complete or any(row.faults()):
                continue
            bench.wait_turn()
            verdict = run_once(row, bench.client, bench.grade)
            if _is_ours(verdict):
                code = verdict.message.code if verdict.message is not None else ""
                raise OurFault(code, busy=code == "sandbox_busy")
            image = verdict.image or image
            bench.tell()
    report.faults += [fault for row in report.rows for fault in row.faults()]
    report.state = "done"
    bench.tell()
    return image


def record(exercise: Exercise, bench: Bench) -> tuple[Exercise, str | None]:
    """The exercise with its tests as they run now, and the text of suite.lock if that is not what it says.

    Raises NotRecorded where the solution does not pass them.
    """
    if exercise.suite is None:
        return exercise, None
    bench.wait_turn()
    try:
        fresh = record_suite(exercise, bench.client)
    except NotRecorded as error:
        if isinstance(error.__cause__, SandboxError | OurFaultError):
            raise OurFault(str(error), busy=isinstance(error.__cause__, SandboxBusy)) from error
        raise
    if same_record(fresh, exercise.suite) and fresh.recorded_of == exercise.suite.recorded_of:
        return exercise, None
    return with_version(replace(exercise, suite=fresh)), lock_text(fresh, exercise.solution)


def keep_made(job: Job, report: Report, files: Mapping[str, bytes]) -> bool:
    """Commit what a run has made (records of tests, lists of texts) to the draft in the author's name.

    False when the draft has moved on meanwhile: it is kept where it can be, but that commit holds also what nobody
    has looked at here.
    """
    message = "Keep what the run has made: " + ", ".join(sorted(files))
    try:
        made = job.repository.commit(files, base=report.commit, author=job.author, message=message[:500])
    except Conflict:
        return False
    if made.id != report.commit and made.parents != (report.commit,):
        return False
    report.commit = made.id
    return True


def record_fault(exercise: Exercise, error: NotRecorded) -> Fault:
    """That the tests of an exercise cannot be recorded."""
    return Fault(
        exercise.place.path, exercise.place.line, f"The tests cannot be recorded: {error}", TESTS_FAULT
    )


def path_of(exercise: Exercise) -> str:
    """An exercise's folder in its course."""
    return exercise.key.partition("/")[2]


def _is_ours(verdict: Verdict) -> bool:
    code = verdict.message.code if verdict.message is not None else ""
    return verdict.outcome is Outcome.OUR_FAULT and code not in AUTHORS_FAULTS


def _row_to_json(row: Row, *, brief: bool) -> dict[str, Any]:
    wrong = any(row.faults())
    ok = False if wrong else True if row.complete else None
    shown: Mapping[str, Any] = {}
    if row.verdicts and not (brief and ok):
        shown = verdict_to_json(row.verdicts[0])
    return {
        "what": row.what,
        "wanted": "pass" if row.should_pass else "fail",
        "runs": len(row.verdicts),
        "wanted_runs": row.wanted_runs,
        "outcomes": row.outcomes,
        "alike": row.alike,
        "ok": ok,
        "seconds": round(row.seconds, 2),
        "verdict": {name: value for name, value in shown.items() if name != "tests"} or None,
        "tests": list(shown.get("tests", ())),
    }
