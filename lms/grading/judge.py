"""Decides one check: what was observed against what the author expects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lms.catalog.model import Check, Step
from lms.grading.answers import NO_VALUE, Observed, Raised
from lms.grading.compare import TextCompare, same_text
from lms.grading.dialect import Dialect
from lms.grading.display import clip
from lms.grading.messages import message
from lms.grading.outcome import Outcome
from lms.grading.verdict import Message


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision on one check and what the page may show of it."""

    outcome: Outcome
    message: Message | None = None
    expected: str | None = None
    got: str | None = None
    call: str | None = None
    error: Raised | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one call, program, variable or step must give; None means "not looked at"."""

    value: str | None
    raises: str | None
    prints: str | None
    compare: TextCompare
    tolerance: float | None
    call: str | None


def judge(check: Check, observed: Sequence[Observed], dialect: Dialect) -> Judgement:
    """The first thing that is not as expected, or a pass."""
    if len(observed) != len(expectations(check)):
        return Judgement(Outcome.FAILED, message("bad_answer"))
    judged = Judgement(Outcome.FAILED, message("no_answer"))
    for expectation, seen in zip(expectations(check), observed, strict=True):
        judged = replace(_judge_one(expectation, seen, dialect), call=expectation.call)
        if judged.outcome is not Outcome.PASSED:
            break
    return judged


def expectations(check: Check) -> tuple[Expectation, ...]:
    """What each step of a check must give; every kind but `script` has one step."""
    if check.kind == "script":
        return tuple(_of_step(step) for step in check.steps)
    is_program = check.kind == "program"
    return (
        Expectation(
            value=check.equals if check.kind == "variable" else check.returns,
            raises=check.raises,
            prints=check.stdout if is_program else check.prints,
            compare=check.compare,
            tolerance=check.tolerance,
            call=check.variable if check.kind == "variable" else check.call,
        ),
    )


def _of_step(step: Step) -> Expectation:
    target = "" if step.on is None else f"{step.on}."
    value = step.equals if step.do == "get" else step.returns
    done = f"{target}{step.attribute if step.do == 'get' else step.call}"
    if step.name is not None:
        done = f"{step.name} = {done}"
    return Expectation(value, step.raises, step.prints, "lines", step.tolerance, done)


def _judge_one(expected: Expectation, seen: Observed, dialect: Dialect) -> Judgement:
    if seen.problem == "missing":
        return Judgement(Outcome.FAILED, message("not_defined", name=seen.name), _wanted(expected, dialect))
    if seen.overflow:
        return Judgement(Outcome.OUTPUT_LIMIT, message("too_much_output"))
    if seen.problem == "too_large" and expected.value is not None:
        return Judgement(Outcome.FAILED, message("value_too_large"), _wanted(expected, dialect))
    if seen.error is not None or expected.raises is not None:
        judged = _judge_error(expected, seen, dialect)
    else:
        judged = _judge_value(expected, seen, dialect)
    if judged.outcome is Outcome.PASSED and expected.prints is not None:
        return _judge_text(expected, seen.printed)
    return judged


def _wanted(expected: Expectation, dialect: Dialect) -> str | None:
    if expected.raises is not None:
        return expected.raises
    if expected.value is not None:
        return dialect.show(dialect.language.parse_literal(expected.value))
    return None if expected.prints is None else clip(expected.prints)


def _judge_error(expected: Expectation, seen: Observed, dialect: Dialect) -> Judgement:
    error = seen.error
    if error is None:
        got = None if seen.value is NO_VALUE else dialect.show(seen.value)
        return Judgement(
            Outcome.FAILED, message("not_raised", expected=expected.raises), expected.raises, got
        )
    shown = f"{error.class_name}: {error.message}" if error.message else error.class_name
    if expected.raises is None:
        said = message("raised", error=error.class_name)
        return Judgement(Outcome.ERROR, said, _wanted(expected, dialect), clip(shown, 1_000), error=error)
    if error.is_a(expected.raises):
        return Judgement(Outcome.PASSED, None, expected.raises, clip(shown, 1_000))
    said = message("raised_other", expected=expected.raises, got=error.class_name)
    return Judgement(Outcome.FAILED, said, expected.raises, clip(shown, 1_000), error=error)


def _judge_value(expected: Expectation, seen: Observed, dialect: Dialect) -> Judgement:
    if expected.value is None:
        return Judgement(Outcome.PASSED)
    show = dialect.show
    wanted = dialect.language.parse_literal(expected.value)
    if seen.value is NO_VALUE:
        return Judgement(Outcome.FAILED, message("no_answer"), show(wanted))
    if dialect.same(wanted, seen.value, expected.tolerance):
        return Judgement(Outcome.PASSED, None, show(wanted), show(seen.value))
    said = _difference(wanted, seen.value, seen.printed, dialect)
    return Judgement(Outcome.FAILED, said, show(wanted), show(seen.value))


def _difference(wanted: object, got: object, printed: str, dialect: Dialect) -> Message:
    """The most helpful thing that can be said of two different values."""
    show, type_name = dialect.show, dialect.type_name
    if got is dialect.nothing:
        said_right = printed.strip() in {str(wanted), show(wanted)}
        return message("printed_instead" if said_right else dialect.nothing_message)
    if type(wanted) is not type(got):
        looks_right = show(wanted).strip("'\"") == show(got).strip("'\"")
        code = "wrong_type" if looks_right else "other_type"
        return message(code, expected=type_name(wanted), got=type_name(got))
    if isinstance(wanted, list | tuple) and isinstance(got, list | tuple):
        if len(wanted) != len(got):
            return message("different_length", expected=len(wanted), got=len(got))
        if sorted(map(show, wanted)) == sorted(map(show, got)):
            return message("different_order")
    return message("different_value")


def _judge_text(expected: Expectation, printed: str) -> Judgement:
    wanted = expected.prints or ""
    if same_text(wanted, printed, expected.compare, expected.tolerance):
        return Judgement(Outcome.PASSED, None, clip(wanted), clip(printed))
    return Judgement(Outcome.FAILED, message(_text_difference(wanted, printed)), clip(wanted), clip(printed))


def _text_difference(wanted: str, printed: str) -> str:
    if not printed.strip():
        return "no_output"
    if "".join(wanted.split()) == "".join(printed.split()):
        return "different_spaces"
    if wanted.split() and wanted.casefold().split() == printed.casefold().split():
        return "different_case"
    return "different_output"
