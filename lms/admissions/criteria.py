"""What a round looks at and says: evidence, criteria, texts. Nothing of it changes once the round has opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete

from lms.admissions.evidence import read_measure
from lms.admissions.models import (
    Criterion,
    CriterionLevel,
    CriterionText,
    EvidenceRule,
    Measure,
    Round,
    RoundStatus,
    RoundText,
    Stage,
)
from lms.admissions.rounds import Published, RoundConflict, RoundRefused, hold_draft, take_version
from lms.core.db import db

MOST_CRITERIA = 8


@dataclass(frozen=True, slots=True)
class EvidencePlan:
    """What a round gathers from coursework, and the pool of its tasks."""

    courses: tuple[str, ...]
    stretch: tuple[str, ...]
    baseline_lesson: str | None
    task_course: str | None
    task_count: int


@dataclass(frozen=True, slots=True)
class CriterionWords:
    """A criterion as it is published in each language, and its levels as raters read them, from 0."""

    stage: Stage
    texts: Mapping[str, tuple[str, str]]
    anchors: Sequence[str]


def plan_evidence(screening: Round, plan: EvidencePlan, version: int) -> None:
    """Change what is gathered; not once the round has opened."""
    if screening.status != RoundStatus.DRAFT:  # opening it takes another version, so this stays true
        raise Published
    take_version(screening, version)
    screening.courses = list(plan.courses)
    screening.stretch = list(plan.stretch)
    screening.baseline_lesson = plan.baseline_lesson
    screening.task_course = plan.task_course
    screening.task_count = plan.task_count if plan.task_course else 0
    db.session.flush()


def set_rule(screening: Round, name: str, guide: int | None) -> Measure:
    """Gather this measure, with what the school hopes for; raises RuleRefused for what is never looked at."""
    measure = read_measure(name)
    hold_draft(screening)
    rule = next((rule for rule in screening.rules if rule.measure == measure), None)
    if rule is None:
        screening.rules.append(EvidenceRule(measure=measure, guide=guide))
    else:
        rule.guide = guide
    db.session.flush()
    return measure


def drop_rule(screening: Round, name: str) -> None:
    """Gather this no more."""
    hold_draft(screening)
    measure = read_measure(name)
    db.session.execute(
        delete(EvidenceRule).where(EvidenceRule.round_id == screening.id, EvidenceRule.measure == measure)
    )
    db.session.expire(screening, ["rules"])


def set_about(screening: Round, texts: Mapping[str, str]) -> None:
    """What the round says of itself, by language; an empty text takes that language away."""
    hold_draft(screening)
    kept = {row.language: row for row in screening.texts}
    for language, about in texts.items():
        row = kept.get(language)
        if not about:
            if row is not None:
                screening.texts.remove(row)
        elif row is None:
            screening.texts.append(RoundText(language=language, about=about))
        else:
            row.about = about
    db.session.flush()


def save_criterion(screening: Round, criterion: Criterion | None, words: CriterionWords) -> Criterion:
    """Make a criterion or change it; not once the round has opened."""
    hold_draft(screening)
    if criterion is not None and criterion not in screening.criteria:
        raise RoundConflict  # somebody has taken it out
    if criterion is None:
        if len(screening.criteria) >= MOST_CRITERIA:
            raise RoundRefused(gettext("Eight criteria are enough: more than that nobody rates with care."))
        places_taken = [one.position for one in screening.criteria]
        criterion = Criterion(position=max(places_taken, default=-1) + 1, stage=words.stage)
        screening.criteria.append(criterion)
    criterion.stage = words.stage
    criterion.texts.clear()
    criterion.levels.clear()
    db.session.flush()
    criterion.texts.extend(
        CriterionText(language=language, name=name, words=text)
        for language, (name, text) in words.texts.items()
        if name and text
    )
    criterion.levels.extend(
        CriterionLevel(level=level, anchor=anchor) for level, anchor in enumerate(words.anchors) if anchor
    )
    db.session.flush()
    return criterion


def drop_criterion(screening: Round, criterion: Criterion) -> None:
    """Take a criterion out; not once the round has opened."""
    hold_draft(screening)
    if criterion in screening.criteria:  # else somebody was quicker
        screening.criteria.remove(criterion)
    db.session.flush()
