"""Runs and publications in words: faults with the page on which each is mended, rows, and why nothing was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from lms.authoring.models import AuthoredCourse, AuthorRun, RunKind, RunStatus
from lms.authoring.pages import page_if
from lms.authoring.running import place_in_queue
from lms.grading.messages import OUTCOME_WORDS
from lms.grading.outcome import Outcome
from lms.submissions.readiness import sandbox_readiness

QUICK_SECONDS, SLOW_SECONDS = 2, 10


@dataclass(frozen=True, slots=True)
class ShownFault:
    """One fault, and where it is mended."""

    place: str
    words: str
    cure: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One program of an exercise."""

    what: str
    wanted: str
    results: tuple[str, ...]
    state: str  # "passed": as promised, "failed": not, "waiting": not known yet
    words: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ShownExercise:
    """One exercise of a run."""

    title: str
    url: str | None
    state: str
    words: str
    rows: tuple[ShownRow, ...]
    faults: tuple[ShownFault, ...]


@dataclass(frozen=True, slots=True)
class ShownRun:
    """A run as its page shows it."""

    title: str
    words: str
    state: str  # "waiting", "success", "error", "warning"
    refresh: int | None
    faults: tuple[ShownFault, ...]
    exercises: tuple[ShownExercise, ...]
    done: int
    recorded: tuple[str, ...]
    published: int | None


def shown_run(course: AuthoredCourse, run: AuthorRun) -> ShownRun:
    """The run as it stands."""
    report = run.report or {}
    exercises = tuple(_exercise(course, one) for one in report.get("exercises", ()))
    state, words = _state(run, report)
    publishing = run.kind == RunKind.PUBLISH
    return ShownRun(
        title=gettext("Publication") if publishing else gettext("Try of an exercise"),
        words=words,
        state=state,
        refresh=(QUICK_SECONDS if run.status == RunStatus.RUNNING else SLOW_SECONDS) if run.is_open else None,
        faults=shown_faults(course, report.get("faults", ())),
        exercises=exercises,
        done=sum(one.state != "waiting" for one in exercises),
        recorded=tuple(report.get("recorded", ())),
        published=report.get("published"),
    )


def shown_faults(course: AuthoredCourse, faults: Iterable[Mapping[str, Any]]) -> tuple[ShownFault, ...]:
    """Faults as a page shows them. Their words are the checker's own."""
    return tuple(
        ShownFault(
            f"{fault['path']}:{fault['line']}",
            fault["message"],
            fault["cure"],
            _page_of(course, fault["path"]),
        )
        for fault in faults
    )


def _page_of(course: AuthoredCourse, path: str) -> str | None:
    """The page on which a file is changed."""
    parts = path.split("/")
    here = {"course_id": course.public_id}
    if parts[0] in {"course.toml", "glossary.toml"}:
        return page_if("authoring.settings", **here)
    if parts[0] == "translations":
        return page_if("authoring.translations", **here)
    if len(parts) == 2 and parts[1] == "lesson.md":
        return page_if("authoring.edit_lesson", **here, lesson=parts[0])
    if len(parts) > 2 and parts[1] != "images":
        return page_if("authoring.edit_exercise", **here, lesson=parts[0], exercise=parts[1])
    return page_if("authoring.edit_lesson", **here, lesson=parts[0]) if len(parts) > 1 else None


def _exercise(course: AuthoredCourse, told: Mapping[str, Any]) -> ShownExercise:
    faults = shown_faults(course, told["faults"])
    state = "failed" if faults else {"done": "passed", "proven": "passed"}.get(told["state"], "waiting")
    words = {
        "waiting": gettext("Waits for its turn"),
        "running": gettext("Is running"),
        "proven": gettext("Has not changed since it was proven"),
    }.get(told["state"], gettext("Does all that it promises"))
    lesson, _, name = told["path"].partition("/")
    return ShownExercise(
        title=told["title"],
        url=page_if("authoring.edit_exercise", course_id=course.public_id, lesson=lesson, exercise=name),
        state=state,
        words=gettext("Something is not as promised") if faults else words,
        rows=tuple(_row(row) for row in told["rows"]),
        faults=faults,
    )


def _row(row: Mapping[str, Any]) -> ShownRow:
    state = {True: "passed", False: "failed"}.get(row["ok"], "waiting")
    words = {
        "passed": gettext("As promised"),
        "failed": gettext("Not as promised"),
        "waiting": gettext("Not known yet"),
    }[state]
    if not row["alike"]:
        words = gettext("Different results")
    return ShownRow(
        what=program_words(row["what"]),
        wanted=gettext("Passes every test") if row["wanted"] == "pass" else gettext("Does not pass"),
        results=tuple(
            ngettext(
                "%(outcome)s in %(num)s run", "%(outcome)s in %(num)s runs", many, outcome=_outcome(outcome)
            )
            for outcome, many in row["outcomes"].items()
        ),
        state=state,
        words=words,
        seconds=row["seconds"],
    )


def program_words(what: str) -> str:
    """A program of an exercise by what it is for."""
    if what == "solution":
        return str(gettext("Solution"))
    if what == "starter":
        return str(gettext("Starter"))
    return str(gettext("Wrong sample %(name)s", name=what.partition("/")[2]))


def _outcome(outcome: str) -> str:
    if outcome == Outcome.FAILED:
        return str(gettext("Not passed"))  # to a student it says "yet"
    return str(gettext(OUTCOME_WORDS[outcome])) if outcome in OUTCOME_WORDS else outcome


def _state(run: AuthorRun, report: Mapping[str, Any]) -> tuple[str, str]:
    if run.status == RunStatus.RUNNING:
        return "waiting", gettext("This is running now. You may close the page and come back.")
    if run.status == RunStatus.WAITING:
        return "waiting", waiting_words(run)
    if run.status == RunStatus.FAILED:
        return "error", gettext(
            "This could not be run, and it is our fault, not yours. Nothing was published. Ask again in a while;"
            " if it happens again, tell whoever looks after this site."
        )
    return _ended(run, report)


def _ended(run: AuthorRun, report: Mapping[str, Any]) -> tuple[str, str]:
    if report.get("published") is not None:
        return "success", gettext("Version %(number)s is published.", number=report["published"])
    if report.get("code"):
        return "error", _code_words(report["code"])
    faulty = bool(report.get("faults")) or any(one["faults"] for one in report.get("exercises", ()))
    if run.kind == RunKind.PUBLISH:
        return "error", gettext("Nothing was published. Mend what is listed here, then publish again.")
    if faulty:
        return "error", gettext("Something is not as promised. What it is stands below.")
    return "success", gettext("The exercise does all that it promises.")


def waiting_words(run: AuthorRun | None = None) -> str:
    """Why something waits, in a sentence."""
    if sandbox_readiness().sandbox != "ok":
        return str(
            gettext(
                "The sandbox, in which programs run, cannot be reached at the moment. What you asked for is kept and"
                " runs as soon as it is back. You may close this page."
            )
        )
    before = place_in_queue(run) if run is not None else 0
    if before:
        return str(
            ngettext(
                "%(num)s run of other authors is before yours. You may close this page.",
                "%(num)s runs of other authors are before yours. You may close this page.",
                before,
            )
        )
    return str(gettext("This runs next. Work that students hand in goes first."))


def _code_words(code: str) -> str:
    words = {
        "overtaken": gettext(
            "Somebody else has published this course in the meantime, so nothing of yours was published."
            " Look at what is new now, then publish again."
        ),
        "moved_on": gettext(
            "Somebody changed the draft while its tests were recorded, so nothing was published unseen."
            " Look at what is new now, then publish again."
        ),
        "own_changes": gettext(
            "The branch “main” of the repository holds changes that the draft does not have, so nothing was published."
            " Take them into the draft first."
        ),
        "no_exercise": gettext("This exercise is not in the draft any more."),
    }
    return str(words.get(code, gettext("Nothing was published.")))
