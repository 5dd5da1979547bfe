"""What pages and streams show of a hand-in: words for its state, its tests, its verdict, as HTML fragments.

Everything a student's program produced passes `clean_output` here. Of a hidden test nothing is shown but
its name, its outcome and the author's hint, whatever a stored verdict holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import render_template
from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from lms.catalog.model import Course
from lms.catalog.services import render_text
from lms.catalog.shelf import find_course
from lms.core.db import utcnow
from lms.core.i18n import current_language
from lms.core.text import clean_output, isolate
from lms.grading.explain import error_line, explain, explanation_text
from lms.grading.messages import OUTCOME_WORDS, sentence, slip_sentence
from lms.grading.outcome import Outcome
from lms.grading.verdict import Message, RuleBreak, TestResult, Verdict, result_from_json, verdict_from_json
from lms.submissions.models import Status, Submission
from lms.submissions.services import failed_before, queue_place, streamed_tests

LONG_WAIT = timedelta(seconds=15)
HINTS_AFTER = 1
"""Failed hand-ins before the one that shows the author's hints."""


@dataclass(frozen=True, slots=True)
class ShownTest:
    """One test as the page shows it; `index` is its place in the exercise."""

    index: int
    name: Markup
    hidden: bool
    outcome: str
    words: str
    call: str | None = None
    expected: str | None = None
    got: str | None = None
    printed: str | None = None
    stdin: str | None = None
    message: str | None = None
    explanation: str | None = None
    traceback: str | None = None
    hint: Markup | None = None
    detail: str | None = None
    points: str | None = None


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """The verdict as the page shows it."""

    outcome: str
    words: str
    score: str
    points: str | None
    message: str | None
    rules: tuple[str, ...]
    slips: tuple[str, ...]
    hints: tuple[Markup, ...]
    printed: str
    explanation: str | None
    traceback: str | None


@dataclass(frozen=True, slots=True)
class Fragments:
    """The two parts of a result: its state or verdict, and the list items of its tests."""

    state: Markup
    tests: Markup


class Presenter:
    """Puts one hand-in, or (None) an author's own run, into the words of this request's language."""

    def __init__(self, submission: Submission | None, course: Course | None = None) -> None:
        """`course` is the hand-in's, where it is known already. An author sees every hint, in her own words."""
        self._course = course or (course_of(submission) if submission is not None else None)
        self._language = current_language().tag
        self._hints = submission is None or failed_before(submission) >= HINTS_AFTER

    def text(self, source: str) -> Markup:
        """An author's text, translated; as plain text when its course is gone."""
        return render_text(self._course, self._language, source) if self._course else escape(source)

    def test(self, result: TestResult) -> ShownTest:
        """One test; a hidden one loses everything but its outcome and the author's hint."""
        hint = self.text(result.hint) if result.hint and self._hints else None
        name, words = self.text(result.name), _outcome_words(result.outcome)
        points = _points(result.points) if result.points != 1 else None
        if result.hidden:
            return ShownTest(result.index, name, True, result.outcome, words, hint=hint, points=points)
        return ShownTest(
            index=result.index,
            name=name,
            hidden=False,
            outcome=result.outcome,
            words=words,
            call=_clean(result.call),
            expected=_clean(result.expected),
            got=_clean(result.got),
            printed=_clean(result.printed),
            stdin=_clean(result.stdin),
            message=_words(result.message),
            explanation=_explained(result.traceback),
            traceback=_clean(result.traceback),
            hint=hint,
            detail=_clean(result.detail),
            points=points,
        )

    def verdict(self, verdict: Verdict) -> ShownVerdict:
        """The verdict without its tests."""
        passed = sum(test.outcome is Outcome.PASSED for test in verdict.tests)
        return ShownVerdict(
            outcome=verdict.outcome,
            words=_outcome_words(verdict.outcome),
            score=ngettext(
                "%(passed)s of %(num)s test passed",
                "%(passed)s of %(num)s tests passed",
                len(verdict.tests),
                passed=passed,
            ),
            points=_earned(verdict),
            message=_words(verdict.message),
            rules=tuple(_rule_words(broken) for broken in verdict.rules),
            slips=tuple(slip_sentence(slip, gettext) for slip in verdict.slips),
            hints=tuple(self.text(hint) for hint in verdict.hints) if self._hints else (),
            printed=clean_output(verdict.printed),
            explanation=_explained(verdict.traceback),
            traceback=_clean(verdict.traceback),
        )

    def test_html(self, result: TestResult) -> Markup:
        """One list item."""
        return _test_item(self.test(result))

    def tests_html(self, results: Sequence[TestResult]) -> Markup:
        """All list items. An error that stops every test is explained at the first one only."""
        explained_already: set[str] = set()
        items = []
        for result in results:
            shown = self.test(result)
            if shown.traceback in explained_already:
                shown = replace(shown, explanation=None, traceback=None)
            elif shown.traceback:
                explained_already.add(shown.traceback)
            items.append(_test_item(shown))
        return Markup("").join(items)

    def verdict_html(self, verdict: Verdict) -> Markup:
        """The box above the tests."""
        shown = self.verdict(verdict)
        return Markup(render_template("submissions/_verdict.html", verdict=shown))  # noqa: S704  # our template


def _points(number: int) -> str:
    return str(ngettext("%(num)s point", "%(num)s points", number))


def _earned(verdict: Verdict) -> str | None:
    """The points, where they say more than the number of tests."""
    earned, possible = verdict.points
    if possible == len(verdict.tests):
        return None
    return str(
        ngettext("%(earned)s of %(num)s point", "%(earned)s of %(num)s points", possible, earned=earned)
    )


def course_of(submission: Submission) -> Course | None:
    """The course of a hand-in at the version of its class; None when it is gone."""
    slug = submission.exercise_key.partition("/")[0]
    return find_course(slug, submission.cohort.version_of(slug) if submission.cohort is not None else None)


def result_fragments(submission: Submission, course: Course | None = None) -> Fragments:
    """The result of a hand-in as it stands, for a page."""
    presenter = Presenter(submission, course)
    if (verdict := stored_verdict(submission)) is not None:
        return Fragments(presenter.verdict_html(verdict), presenter.tests_html(verdict.tests))
    results = [result_of(row.result) for row in streamed_tests(submission)]
    return Fragments(state_html(submission), presenter.tests_html(results))


def state_html(submission: Submission) -> Markup:
    """The box of a hand-in that has no verdict yet."""
    words = state_words(submission, queue_place(submission))
    return Markup(  # noqa: S704  # our template
        render_template("submissions/_state.html", words=words, waiting=submission.is_pending)
    )


def state_words(submission: Submission, place: int | None) -> str:
    """Where the hand-in is, in a sentence or two."""
    if submission.status == Status.RUNNING:
        words = gettext("Your code is running now.")
    elif submission.status == Status.NEEDS_STAFF:
        words = gettext(
            "We could not grade this, and it is our fault, not yours. Your work is saved."
            " A person will look at it."
        )
    elif submission.status == Status.GRADED:
        words = _outcome_words(submission.outcome or "")
    elif submission.faults or utcnow() - submission.received_at > LONG_WAIT:
        words = gettext("Waiting for the grader, your work is saved. You may close this page and come back.")
    elif place is None or place <= 1:
        words = gettext("Received. Your work is saved and will be graded next.")
    else:
        words = gettext("Received. Your work is saved. Its place in the queue is %(place)s.", place=place)
    return str(words)


def stored_verdict(submission: Submission) -> Verdict | None:
    """The verdict, once there is one."""
    return verdict_from_json(submission.verdict) if submission.verdict is not None else None


def in_order_of_running(verdict: Verdict) -> list[TestResult]:
    """The tests as they were streamed: visible ones first."""
    return sorted(verdict.tests, key=lambda test: (test.hidden, test.index))


def result_of(stored: Mapping[str, Any]) -> TestResult:
    """A streamed test as it was stored."""
    return result_from_json(stored)


def _test_item(shown: ShownTest) -> Markup:
    return Markup(render_template("submissions/_test.html", test=shown))  # noqa: S704  # our template


def _outcome_words(outcome: str) -> str:
    return str(gettext(OUTCOME_WORDS[outcome])) if outcome in OUTCOME_WORDS else ""


def _rule_words(broken: RuleBreak) -> str:
    code, line = ("must_use", "") if broken.wanted == "must" else ("must_not_use", str(broken.line))
    return sentence(Message(code, {"construct": isolate(broken.construct), "line": line}), gettext)


def explained(ename: str, evalue: str, traceback: str) -> str | None:
    """A common error in plain words; the English line stays beside it."""
    explanation = explain(ename, evalue, traceback)
    if explanation is None:
        return None
    return explanation_text(replace(explanation, params=_isolated(explanation.params)), gettext)


def _words(said: Message | None) -> str | None:
    """A message in words. What it quotes may be the student's: it is cleaned and kept left to right."""
    return sentence(replace(said, params=_isolated(said.params)), gettext) if said is not None else None


def _isolated(params: Mapping[str, str]) -> dict[str, str]:
    return {name: isolate(text) for name, text in params.items()}


def _explained(traceback: str | None) -> str | None:
    if not traceback:
        return None
    ename, _, evalue = error_line(traceback).partition(": ")
    return explained(ename, evalue, traceback)


def _clean(text: str | None) -> str | None:
    return clean_output(text) if text is not None else None
