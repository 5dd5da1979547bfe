"""A screening round of the large school: its plan, texts, rules and criteria."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from lms.admissions.models import (
    Criterion,
    CriterionLevel,
    CriterionText,
    EvidenceRule,
    Measure,
    Round,
    RoundChange,
    RoundEvent,
    RoundStage,
    RoundStatus,
    RoundText,
    Stage,
)
from lms.demo.school import Class
from lms.demo.sink import Sink

LANGUAGES = ("en", "fr", "ar")
COURSE, POOL = "first-steps-python", "web-first-steps"
TASKS, LEVELS = 3, 4
SEATS, WAITING = 16, 8
CRITERIA = (
    ("Goes on after mistakes", "You try again and use what people told you."),
    ("Learns", "We look at what you can do now, beside what you could do when you began."),
    ("Has time", "You can come to class and have some hours for it at home."),
)
MOTIVATION = (
    "I want to build things that work, and find work with it. I learn in the evening, when it is quiet."
)


def lay_out_round(
    sink: Sink, now: datetime, into: Class, *, seats_given: int, waiting_given: int
) -> tuple[int, list[int]]:
    """A round into the last class, and its criteria: open, or closed where seats are given."""
    number, criteria = sink.new_id(Round), []
    judged = seats_given > 0
    closes = now + timedelta(days=-20 if judged else 10)
    opens = closes - timedelta(days=20)
    sink.add(
        Round, id=number, programme_id=into.programme, cohort_id=into.id,
        name="Round that is decided" if judged else "Round into the last class",
        status=RoundStatus.CLOSED if judged else RoundStatus.OPEN, seats=SEATS, waiting_size=WAITING,
        seats_given=seats_given, waiting_given=waiting_given, opens_at=opens, closes_at=closes,
        letters_on=(now + timedelta(days=30)).date(), languages=json.dumps(LANGUAGES), working_language="en",
        courses=json.dumps([COURSE]), stretch="[]", baseline_lesson=f"{COURSE}/01-hello", task_course=POOL,
        task_count=TASKS, announced_at=opens,
    )  # fmt: skip
    for stage in Stage:
        dated: dict[str, Any] = {"begins_at": None, "ends_at": None}
        if stage == Stage.TASK:
            dated = {"begins_at": opens, "ends_at": closes}
        sink.add(RoundStage, round_id=number, stage=stage, **dated)
    for language in LANGUAGES:
        sink.add(
            RoundText, round_id=number, language=language, about="Half a year, full time, free of charge."
        )
    for measure in Measure:
        sink.add(EvidenceRule, round_id=number, measure=measure, guide=None)
    for position, (name, words) in enumerate(CRITERIA):
        criterion = sink.new_id(Criterion)
        criteria.append(criterion)
        stage = Stage.INTERVIEW if position == len(CRITERIA) - 1 else Stage.COURSEWORK
        sink.add(Criterion, id=criterion, round_id=number, position=position, stage=stage)
        for language in LANGUAGES:
            sink.add(CriterionText, criterion_id=criterion, language=language, name=name, words=words)
        for level in range(LEVELS):
            sink.add(CriterionLevel, criterion_id=criterion, level=level, anchor=f"What level {level} does.")
    sink.add(
        RoundEvent, round_id=number, change=RoundChange.OPENED, closes_at=closes, author_id=into.coordinator,
        at=opens,
    )  # fmt: skip
    return number, criteria
