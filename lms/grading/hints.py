"""Finds the author's hints whose signs a hand-in shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.catalog.model import Exercise, Mistake
from lms.grading.answers import NO_VALUE, Observed, Raised
from lms.grading.dialect import Dialect, dialect_of
from lms.grading.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one failed check; `number` counts from 1, None for the run as a whole."""

    number: int | None
    outcome: Outcome
    observed: tuple[Observed, ...] = ()


@dataclass(frozen=True, slots=True)
class RunEvidence:
    """What is known of the whole run, and so of every failed check in it."""

    outcome: Outcome
    broken_rules: frozenset[str]
    load_error: Raised | None
    load_printed: str


def matching_hints(exercise: Exercise, run: RunEvidence, failed: Sequence[Evidence]) -> tuple[str, ...]:
    """The hints of the mistakes all of whose signs hold for one failed check, each once."""
    cases = failed or (Evidence(None, run.outcome),)
    dialect = dialect_of(exercise.kernel)
    hints = [
        mistake.hint
        for mistake in exercise.mistakes
        if any(_shows(mistake, run, evidence, dialect) for evidence in cases)
    ]
    return tuple(dict.fromkeys(hints))


def _shows(mistake: Mistake, run: RunEvidence, evidence: Evidence, dialect: Dialect) -> bool:
    signs = {
        "value": mistake.value is None or _has_value(evidence, mistake.value, dialect),
        "error": mistake.error is None or _has_error(evidence, run, mistake.error),
        "printed": mistake.printed is None or _has_printed(evidence, run, mistake.printed),
        "rule": mistake.rule is None or mistake.rule in run.broken_rules,
        "missing": mistake.missing is None or _is_missing(evidence, mistake.missing),
        "check": mistake.check is None or mistake.check == evidence.number,
        "outcome": mistake.outcome is None or mistake.outcome in {run.outcome, evidence.outcome},
    }
    return all(signs.values())


def _has_value(evidence: Evidence, literal: str, dialect: Dialect) -> bool:
    value = dialect.language.parse_literal(literal)
    return any(seen.value is not NO_VALUE and dialect.same(value, seen.value) for seen in evidence.observed)


def _has_error(evidence: Evidence, run: RunEvidence, name: str) -> bool:
    errors = [seen.error for seen in evidence.observed] + [run.load_error]
    return any(error is not None and error.is_a(name) for error in errors)


def _has_printed(evidence: Evidence, run: RunEvidence, text: str) -> bool:
    return any(
        text in printed for printed in [*(seen.printed for seen in evidence.observed), run.load_printed]
    )


def _is_missing(evidence: Evidence, name: str) -> bool:
    return any(seen.problem == "missing" and seen.name == name for seen in evidence.observed)
