"""Grades one hand-in: rules, load, visible checks, hidden checks, each in its turn, in a fresh container.

The student's code runs only in the container; values come out as data and are compared here. Hidden inputs
are sent only after the visible checks have ended, and nothing printed or raised from then on is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.catalog.literals import LiteralError
from lms.catalog.model import Check, Exercise, Rules, Suite
from lms.grading.answers import (
    BadAnswer,
    Found,
    Loaded,
    Observed,
    answered_check,
    read_found,
    read_loaded,
    read_observed,
)
from lms.grading.dialect import Dialect, dialect_of
from lms.grading.display import MAX_TEXT, clip
from lms.grading.hints import Evidence, RunEvidence, matching_hints
from lms.grading.judge import Judgement, expectations, judge
from lms.grading.messages import message
from lms.grading.outcome import Outcome
from lms.grading.phase import Given, OurFaultError, Phase
from lms.grading.slips import find_slips
from lms.grading.suite import SuiteJudge, SuiteRun, end_of, missing_import, not_reported, run_suite
from lms.grading.verdict import Message, RuleBreak, Slip, TestResult, Verdict
from lms.grading.wire import checks_request, load_request, rules_request
from sandbox.client import SandboxBusy, SandboxClient, SandboxError, SandboxUnavailable, Session

MAX_SOURCE = 200_000

OnTest = Callable[[TestResult], None]


@dataclass
class _Run:
    """What has become known of one hand-in so far."""

    exercise: Exercise
    files: Mapping[str, str]
    on_test: OnTest | None
    image: str = ""
    rules: tuple[RuleBreak, ...] = ()
    loaded: Loaded | None = None
    message: Message | None = None
    stopped: Outcome | None = None  # why no check could run
    results: dict[int, TestResult] = field(default_factory=dict)
    observed: dict[int, tuple[Observed, ...]] = field(default_factory=dict)

    @property
    def dialect(self) -> Dialect:
        return dialect_of(self.exercise.kernel)

    def record(self, result: TestResult) -> None:
        """Keep a result and tell whoever watches; a later one for the same check takes its place."""
        self.results[result.index] = result
        if self.on_test is not None:
            self.on_test(result)


def grade(
    exercise: Exercise,
    files: Mapping[str, str],
    client: SandboxClient,
    on_test: OnTest | None = None,
) -> Verdict:
    """The verdict on `files`; a fault of the sandbox gives `our_fault`, never an exception.

    `on_test` is called as each check is decided, in the order they ran. It is called again for a check whose
    answer turns out to be forged (answered twice), with the result that stands.
    """
    started = time.monotonic()
    taken = {name: files[name] for name in exercise.files if name in files}
    run = _Run(exercise, taken, on_test)
    try:
        _grade(run, client)
        verdict = _verdict(run)
    except SandboxBusy:
        verdict = Verdict(Outcome.OUR_FAULT, message=message("sandbox_busy"))
    except SandboxUnavailable:
        verdict = Verdict(Outcome.OUR_FAULT, message=message("sandbox_unavailable"))
    except (SandboxError, OurFaultError):
        verdict = Verdict(Outcome.OUR_FAULT, message=message("sandbox_fault"), image=run.image)
    except LiteralError:
        verdict = Verdict(Outcome.OUR_FAULT, message=message("exercise_fault"), image=run.image)
    return replace(verdict, duration_ms=round((time.monotonic() - started) * 1000))


def _grade(run: _Run, client: SandboxClient) -> None:
    if refusal := _refusal(run.exercise, run.files):
        run.stopped, run.message = Outcome.ERROR, refusal
    else:
        with client.open(profile=run.exercise.kernel, limits="graded") as session:
            run.image = session.image
            found = _find_constructs(run, session)
            _load(run, session)
            run.rules = _broken_rules(run.exercise.rules, found, loads=run.stopped is None)
            if run.stopped is None and run.exercise.suite is not None:
                _run_tests(run, run.exercise.suite, session)
            elif run.stopped is None:
                visible = [check for check in run.exercise.checks if not check.hidden]
                hidden = [check for check in run.exercise.checks if check.hidden]
                if _run_checks(run, session, visible):
                    _run_checks(run, session, hidden)
    for check in run.exercise.checks:
        if check.index not in run.results:
            run.record(_not_run(check))
    for index, test in enumerate(run.exercise.suite.shown if run.exercise.suite is not None else ()):
        if index not in run.results:
            run.record(not_reported(index, test))


def _refusal(exercise: Exercise, files: Mapping[str, str]) -> Message | None:
    for name in exercise.files:
        if name not in files:
            return message("missing_file", name=name)
    if sum(len(text) for text in files.values()) > MAX_SOURCE:
        return message("source_too_large")
    return None


def _find_constructs(run: _Run, session: Session) -> Found | None:
    """What the rules ask about, found in the text before any of it runs; None where there are no rules.

    The container has not run a line of the student's yet, so nothing of theirs can change what is found.
    """
    rules = run.exercise.rules
    constructs = (*rules.must_use, *rules.must_not_use)
    if not constructs:
        return None
    given = list(Phase(session, rules_request(run.files, constructs)))
    if len(given) != 1:  # the text was too much for the parser: loading it ends the same way
        return Found((), readable=False)
    try:
        return read_found(given[0].payload)
    except BadAnswer as error:
        raise OurFaultError("the rules were answered unreadably") from error


def _broken_rules(rules: Rules, found: Found | None, *, loads: bool) -> tuple[RuleBreak, ...]:
    """Rules that do not hold. A text that is no Python breaks none: loading it says so.

    A text that Python loads and the search could not read keeps no rule: it was written to hide something.
    """
    if found is None or (not found.readable and not loads):
        return ()
    seen = {construct for construct, _, _ in found.found}
    missing = [RuleBreak(construct, None, "must") for construct in rules.must_use if construct not in seen]
    if not found.readable:
        return (*missing, *(RuleBreak(construct, None, "must_not") for construct in rules.must_not_use))
    present = [
        RuleBreak(construct, line, "must_not", file)
        for construct, file, line in found.found
        if construct in rules.must_not_use
    ]
    return (*missing, *present)


def _load(run: _Run, session: Session) -> None:
    needs_module = any(check.kind in {"call", "script"} for check in run.exercise.checks)
    request = load_request(run.files, run.exercise.files[0], run=needs_module)
    phase = Phase(session, request, run.dialect.code)
    given = list(phase)
    try:
        run.loaded = read_loaded(given[0].payload) if len(given) == 1 else None
    except BadAnswer:
        run.loaded = None
    if run.loaded is None or not phase.alive:
        outcome, run.message = phase.end
        run.stopped = Outcome.ERROR if outcome is Outcome.FAILED else outcome
    elif run.loaded.overflow:
        run.stopped, run.message = Outcome.OUTPUT_LIMIT, message("too_much_output")
    elif run.loaded.error is not None:
        run.stopped, run.message = Outcome.ERROR, _load_message(run)


def _load_message(run: _Run) -> Message:
    error = run.loaded.error if run.loaded is not None else None
    if error is None:
        return message("no_answer")
    if error.is_a("SyntaxError") and error.line is not None:
        return message(run.dialect.syntax_message, line=error.line)
    if error.class_name == "EOFError":
        return message("input_at_load")
    return message("load_failed", error=error.class_name)


def _run_tests(run: _Run, suite: Suite, session: Session) -> None:
    """Run an author's ordinary tests against the hand-in (see `lms.grading.suite`)."""
    if not suite.tests:
        raise LiteralError("the tests have not been recorded")
    judge_of, seen = SuiteJudge(suite), 0
    last = None
    for last in run_suite(run.exercise, suite, run.files, session):
        for reported in last.reports[seen:]:
            decided = judge_of.decide(reported)
            if decided is not None:
                run.observed[decided.index] = decided.observed
                run.record(decided.result)
        seen = len(last.reports)
    if last is None:
        raise OurFaultError("the run said nothing")
    _end_of_tests(run, suite, judge_of, last)


def _end_of_tests(run: _Run, suite: Suite, judge_of: SuiteJudge, last: SuiteRun) -> None:
    """What the end of the run, or of the collection, says about what is left."""
    end = end_of(last)
    left = judge_of.left()
    if last.load_error is not None and not last.reports:
        error = last.load_error
        run.loaded = Loaded(error, "", overflow=False)
        run.stopped, run.message = Outcome.ERROR, _load_message(run)
    elif last.problem == "collection" and (name := missing_import(last.detail)) is not None:
        run.stopped, run.message = Outcome.FAILED, message("not_defined", name=name)
    elif end is not None:
        outcome, said = end
        index = left[0] if left and not _ended_in(last) else _last_index(suite, last)
        test = suite.shown[index]
        ended = TestResult(
            index, test.name, test.hidden, outcome, message=None if test.hidden else said,
            hint=test.hint, points=test.points,
        )  # fmt: skip
        run.record(ended)
    elif not judge_of.honest or not judge_of.complete:
        run.stopped, run.message = Outcome.FAILED, message("no_answer")


def _ended_in(last: SuiteRun) -> bool:
    """Whether the test in which the run ended was reported."""
    return bool(last.reports) and last.reports[-1].cause in {"gone", "malformed"}


def _last_index(suite: Suite, last: SuiteRun) -> int:
    """The place of the last test reported, or the first place."""
    places = {test.id: index for index, test in enumerate(suite.shown)}
    return next((places[report.id] for report in reversed(last.reports) if report.id in places), 0)


def _run_checks(run: _Run, session: Session, checks: Sequence[Check]) -> bool:
    """Run checks in one request; whether the container lives on."""
    if not checks:
        return True
    dialect = run.dialect

    def call(text: str, *, names: bool) -> dict[str, object]:
        return dialect.call(dialect.language.parse_call(text, names=names))

    phase = Phase(session, checks_request(checks, call), dialect.code, len(checks))
    waiting = list(checks)
    honest = True
    for given in phase:
        honest = _take_answer(run, checks, waiting, given) and honest
    outcome, said = phase.end
    if not honest:
        outcome, said = Outcome.FAILED, message("bad_answer")
    if waiting:
        run.record(_result(waiting[0], Judgement(outcome, said), 0))
    elif not phase.alive:
        run.record(_result(checks[-1], Judgement(outcome, said), 0))
    return phase.alive


def _take_answer(run: _Run, checks: Sequence[Check], waiting: list[Check], given: Given) -> bool:
    """Decide the check an answer is for; whether it was the one whose turn it was."""
    try:
        index = answered_check(given.payload)
    except BadAnswer:
        index = -1
    check = next((check for check in checks if check.index == index), None)
    if waiting and check is waiting[0]:
        waiting.pop(0)
        run.record(_decided(run, check, given))
        return True
    if check is None:  # for no check of this phase: the one whose turn it is cannot be believed
        check = waiting.pop(0) if waiting else checks[-1]
    elif check in waiting:
        waiting.remove(check)
    run.record(_result(check, Judgement(Outcome.FAILED, message("answered_twice")), given.duration_ms))
    return False


def _decided(run: _Run, check: Check, given: Given) -> TestResult:
    try:
        observed = read_observed(given.payload, len(expectations(check)), run.dialect.decode)
    except BadAnswer:
        judged = Judgement(Outcome.FAILED, message("bad_answer"))
        return _result(check, judged, given.duration_ms)
    run.observed[check.index] = observed
    printed = "".join(seen.printed for seen in observed)
    return _result(check, judge(check, observed, run.dialect), given.duration_ms, printed)


def _result(check: Check, judged: Judgement, duration_ms: int, printed: str = "") -> TestResult:
    passed = judged.outcome is Outcome.PASSED
    result = TestResult(
        index=check.index,
        name=check.name,
        hidden=check.hidden,
        outcome=judged.outcome,
        hint=None if passed else check.hint,
        duration_ms=0 if check.hidden else duration_ms,
    )
    if check.hidden:
        return result
    return replace(
        result,
        call=judged.call,
        expected=judged.expected,
        got=judged.got,
        printed=clip(printed, 2_000 if judged.outcome is Outcome.OUTPUT_LIMIT else MAX_TEXT) or None,
        stdin=check.stdin or None,
        message=judged.message,
        traceback=judged.error.traceback if judged.error is not None else None,
    )


def _not_run(check: Check) -> TestResult:
    return TestResult(check.index, check.name, check.hidden, Outcome.FAILED, message=message("not_run"))


def _verdict(run: _Run) -> Verdict:
    tests = tuple(run.results[index] for index in range(run.exercise.test_count))
    outcome = _overall(run, tests)
    loaded = run.loaded
    error = loaded.error if loaded is not None else None
    evidence = RunEvidence(
        outcome=outcome,
        broken_rules=frozenset(broken.construct for broken in run.rules),
        load_error=error,
        load_printed=loaded.printed if loaded is not None else "",
    )
    failed = [
        Evidence(test.index + 1, test.outcome, run.observed.get(test.index, ()))
        for test in tests
        if test.outcome is not Outcome.PASSED
    ]
    hints = () if outcome is Outcome.PASSED else matching_hints(run.exercise, evidence, failed)
    return Verdict(
        outcome=outcome,
        tests=tests,
        rules=run.rules,
        hints=hints,
        printed=clip(loaded.printed) if loaded is not None else "",
        traceback=error.traceback if error is not None else None,
        message=run.message,
        slips=_slips(run),
        image=run.image,
    )


def _slips(run: _Run) -> tuple[Slip, ...]:
    """Slips of the keyboard in the line of the first error that a student may see."""
    visible = [test.index for test in run.results.values() if not test.hidden]
    errors = [run.loaded.error if run.loaded is not None else None]
    errors += [seen.error for index in visible for seen in run.observed.get(index, ())]
    for error in errors:
        if (
            error is not None
            and error.line is not None
            and (error.is_a("SyntaxError") or error.is_a(run.dialect.name_error))
        ):
            return find_slips(run.files.get(error.file or "", ""), error.line, run.dialect.comment)
    return ()


def _overall(run: _Run, tests: Sequence[TestResult]) -> Outcome:
    """The first cause, in the order things ran, that keeps the hand-in from passing."""
    if run.stopped is not None:
        return run.stopped
    if run.rules:
        return Outcome.RULE
    in_order = sorted(tests, key=lambda test: (test.hidden, test.index))
    first = next((test.outcome for test in in_order if test.outcome is not Outcome.PASSED), None)
    if first is not None:
        return first
    return Outcome.PASSED if tests else Outcome.OUR_FAULT
