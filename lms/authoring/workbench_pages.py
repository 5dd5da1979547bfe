"""What the pages of the workbench show: words for kinds and signs, limits, and the table of a try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from markupsafe import Markup

from lms.authoring.models import AuthorRun, RunStatus
from lms.authoring.running import place_in_queue
from lms.catalog.languages import language_of
from lms.grading.messages import OUTCOME_WORDS
from lms.grading.verdict import VerdictFormatError, verdict_from_json
from lms.submissions.pages import Presenter, in_order_of_running
from sandbox.profiles import PROFILES, limits_of


def check_kind_words() -> dict[str, str]:
    """What a check does."""
    return {
        "call": gettext("Calls a function"),
        "program": gettext("Runs the program with an input"),
        "variable": gettext("Looks at a variable"),
        "script": gettext("Does several steps, for classes"),
    }


def step_kind_words() -> dict[str, str]:
    """What a step does."""
    return {
        "new": gettext("Make an object"),
        "call": gettext("Call a function or a method"),
        "get": gettext("Look at an attribute"),
    }


def comparison_words() -> dict[str, str]:
    """How printed text is compared."""
    return {
        "lines": gettext("Line by line; spaces at the ends do not count"),
        "exact": gettext("Exactly"),
        "contains": gettext("The expected text is somewhere in it"),
        "numbers": gettext("Only the numbers, in their order"),
    }


def outcome_choices() -> dict[str, str]:
    """How a run may end that a mistake stands for."""
    return {
        code: gettext(words) for code, words in OUTCOME_WORDS.items() if code not in {"passed", "our_fault"}
    }


def start_words() -> dict[str, tuple[str, str]]:
    """What a new exercise may begin with."""
    return {
        "function": (
            gettext("A function, with checks"),
            gettext("Students write a function. Checks call it and look at what it gives back."),
        ),
        "program": (
            gettext("A program that asks and answers"),
            gettext("Students write a whole program. Checks give it an input and read what it prints."),
        ),
        "class": (
            gettext("A class, with unittest tests"),
            gettext("Students write a class. You test it with an ordinary unittest or pytest file."),
        ),
        "javascript": (
            gettext("A JavaScript function, with checks"),
            gettext("As the first one, in JavaScript."),
        ),
    }


def limit_words(kernel: str) -> str:
    """Within which limits each run of a program stays."""
    profile = language_of(kernel).kernel
    limits = limits_of(profile if profile in PROFILES else "python", "graded")
    return str(
        gettext(
            "Each run may take %(seconds)s seconds and %(memory)s MiB of memory, and print %(output)s KiB. "
            "It has no network.",
            seconds=f"{limits.wall_seconds:g}",
            memory=limits.memory_bytes // 2**20,
            output=limits.text_bytes // 2**10,
        )
    )


@dataclass(frozen=True, slots=True)
class TryRow:
    """One program of a try: what it should do, what it did, and what its first run gave test by test."""

    title: str
    sample: str
    wanted: str
    results: tuple[str, ...]
    runs: str
    state: str  # of a badge: "passed", "failed", "waiting"
    words: str
    cure: str
    verdict: Markup | None
    tests: Markup


@dataclass(frozen=True, slots=True)
class ShownTry:
    """A try as it stands."""

    state: str
    words: str
    open: bool
    rows: tuple[TryRow, ...]
    faults: tuple[dict[str, str], ...]
    recorded: bool


def shown_try(run: AuthorRun) -> ShownTry:
    """The table of a try, in the words of this request's language."""
    report = run.report or {}
    exercise: dict[str, Any] = next(iter(report.get("exercises", [])), {})
    rows = tuple(_shown_row(row) for row in exercise.get("rows", []))
    faults = (*report.get("faults", ()), *exercise.get("faults", ()))
    fine = (
        run.status == RunStatus.DONE
        and not faults
        and bool(rows)
        and all(row.state == "passed" for row in rows)
    )
    return ShownTry(
        state="waiting" if run.is_open else "success" if fine else "error",
        words=_state_words(run, fine=fine),
        open=run.is_open,
        rows=rows,
        faults=faults,
        recorded=bool(report.get("recorded")),
    )


def _state_words(run: AuthorRun, *, fine: bool) -> str:
    if run.status == RunStatus.WAITING:
        before = place_in_queue(run)
        if before:
            return str(ngettext("%(num)s run is before yours.", "%(num)s runs are before yours.", before))
        return str(gettext("Your run begins as soon as the sandbox is free. Students who hand in go first."))
    if run.status == RunStatus.RUNNING:
        return str(gettext("Running. The rows below fill up as the programs end."))
    if run.status == RunStatus.FAILED:
        return str(gettext("We could not run this. It is our fault, not yours. Try again in a minute."))
    if fine:
        return str(gettext("Everything is as it should be. This exercise can be published."))
    return str(gettext("Something is not right yet. What it is stands below."))


def _shown_row(row: dict[str, Any]) -> TryRow:
    what = str(row["what"])
    sample = what.removeprefix("wrong/") if what.startswith("wrong/") else ""
    runs, wanted_runs = int(row["runs"]), int(row.get("wanted_runs", row["runs"]))
    ok = row["ok"]
    state = "passed" if ok else "waiting" if ok is None else "failed"
    names = {"solution": gettext("Solution"), "starter": gettext("Starter")}
    verdict, tests = _verdict(row)
    return TryRow(
        title=names.get(what, gettext("Wrong sample")),
        sample=sample,
        wanted=gettext("must pass") if row["wanted"] == "pass" else gettext("must not pass"),
        results=tuple(
            f"{_outcome_words(outcome)} ({count})" if len(row["outcomes"]) > 1 else _outcome_words(outcome)
            for outcome, count in row["outcomes"].items()
        ),
        runs=gettext("%(done)s of %(all)s runs", done=runs, all=wanted_runs),
        state=state,
        words={
            "passed": gettext("As it should be"),
            "failed": gettext("Not right"),
            "waiting": gettext("Running") if runs else gettext("Waiting"),
        }[state],
        cure=_cure(row, sample) if state == "failed" else "",
        verdict=verdict,
        tests=tests,
    )


def _cure(row: dict[str, Any], sample: str) -> str:
    """What to do about a row that is not right."""
    outcomes = set(row["outcomes"])
    if "our_fault" in outcomes:
        return str(gettext("This program could not be graded. Look at the message below, and try again."))
    if not row["alike"]:
        return str(
            gettext(
                "Its runs did not end alike. Take chance, time and the order of sets out of the exercise."
            )
        )
    if row["wanted"] == "pass":
        return str(
            gettext(
                "The solution must pass. Look at the first test that fails: mend the solution, or the test."
            )
        )
    if "passed" not in outcomes:
        return str(
            gettext(
                "It fails, as it should, but students would not see its hint. "
                "Give the mistake the signs that this program really shows."
            )
        )
    if sample:
        return str(gettext("This wrong program passes. Add a check or a test that it does not pass."))
    return str(gettext("The starter passes already. Take the answer out of it, or add a check."))


def _verdict(row: dict[str, Any]) -> tuple[Markup | None, Markup]:
    if not row.get("verdict"):
        return None, Markup("")
    try:
        verdict = verdict_from_json({**row["verdict"], "tests": row.get("tests", [])})
    except VerdictFormatError:
        return None, Markup("")
    presenter = Presenter(None)
    return presenter.verdict_html(verdict), presenter.tests_html(in_order_of_running(verdict))


def _outcome_words(outcome: str) -> str:
    """In the words of whoever reads a table, not of whoever wrote the code."""
    words = {
        "passed": gettext("Passed"),
        "failed": gettext("Failed"),
        "error": gettext("Stopped with an error"),
        "time_limit": gettext("Took too long"),
        "memory_limit": gettext("Used too much memory"),
        "output_limit": gettext("Printed too much"),
        "rule": gettext("Broke a rule"),
        "our_fault": gettext("Could not be graded"),
    }
    return str(words.get(outcome, outcome))
