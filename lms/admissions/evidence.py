"""From facts about somebody's work to lines of evidence, each with its sources. No database, no clock, no verdict.

Which measures there are is a closed list (`models.Measure`). What is not on it, and why, is said in `refusal`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import gettext, lazy_gettext

from lms.admissions.models import Measure
from lms.core.errors import PasserelleError


class Refused(StrEnum):
    """What schools have counted elsewhere, and what is counted nowhere here."""

    SPEED = "speed"
    WALL_TIME = "wall_time"
    STREAK = "streak"
    HOUR = "hour"
    TRIES = "tries"


class RuleRefused(PasserelleError):
    """Something that is not gathered about anybody; the sentence says why."""

    status = 422
    code = "rule_refused"
    sentence = lazy_gettext("This cannot be looked at. Choose something from the list.")


class SourceKind(StrEnum):
    """What a line of evidence rests on."""

    SUBMISSION = "submission"
    WEEK = "week"
    ATTENDANCE = "attendance"
    LESSON = "lesson"
    ASKED = "asked"
    HELPED = "helped"


@dataclass(frozen=True, slots=True)
class Work:
    """One exercise of hers: when it was first graded, first failed or sent back, and passed or approved."""

    exercise_key: str
    first_at: datetime | None = None
    first_passed_at: datetime | None = None
    passed_at: datetime | None = None
    """The last time that it passed, or was approved by a person."""
    not_yet_at: datetime | None = None
    """The first time that it did not pass, or a person asked for changes."""
    passed_id: str | None = None
    """The hand-in that passed first, by its public id; for links."""

    @property
    def solved(self) -> bool:
        """Whether it passed in the end, however often it took."""
        return self.first_passed_at is not None

    @property
    def improved(self) -> bool:
        """Whether it passed after it had not."""
        return self.not_yet_at is not None and self.passed_at is not None and self.not_yet_at < self.passed_at

    @property
    def passed_at_once(self) -> bool:
        """Whether the very first hand-in passed: what somebody could do before she learnt it here."""
        return self.first_at is not None and self.first_at == self.first_passed_at


@dataclass(frozen=True, slots=True)
class Present:
    """How many classes she was at, in full or in part, of those that were held; an excused one counts for neither."""

    attended: int
    held: int


@dataclass(frozen=True, slots=True)
class Help:
    """On how many days she asked for help, and gave it; and which days these were."""

    asked: int
    given: int
    asked_on: tuple[date, ...] = ()
    given_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one candidate. None means that nothing is known, which is not the same as nothing."""

    work: Mapping[str, Work] = field(default_factory=dict)
    active_days: Collection[date] = ()
    present: Present | None = None
    help: Help | None = None
    tasks: Sequence[Work] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What a round looks at: exercises that everybody does, ones that may be added, those of the beginning."""

    everybody: tuple[str, ...]
    stretch: tuple[str, ...] = ()
    baseline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line comes from: an exercise and the hand-in that shows it, a week by its Monday, a day, a lesson."""

    kind: SourceKind
    key: str = ""
    link: str | None = None
    week: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: so many, of so many where that is known, beside what the school hopes for.

    `value` is None where there is no data. For the gain, `before` stands beside `value`: what she could do when she
    began, and what she can do now. `second` is the other half of help: `value` asked, `second` given.
    """

    measure: Measure
    value: int | None
    out_of: int | None = None
    guide: int | None = None
    before: int | None = None
    before_of: int | None = None
    second: int | None = None
    sources: tuple[Source, ...] = ()

    @property
    def reached(self) -> bool | None:
        """Whether the guide is reached; None without a guide or data. It decides nothing."""
        if self.guide is None or self.value is None:
            return None
        return self.value >= self.guide


def refusal(name: str) -> str:
    """Why this is never counted, in words."""
    reasons = {
        Refused.SPEED: gettext(
            "Speed is not looked at: who works slowly, in a second language or on a phone, is no worse a candidate."
        ),
        Refused.WALL_TIME: gettext(
            "The time that something took is not looked at: it counts power cuts and shared phones, not skill."
        ),
        Refused.STREAK: gettext(
            "Days in a row are not looked at: they punish parents, shift workers, and people with hearings or feasts."
        ),
        Refused.HOUR: gettext(
            "The hour of the day is not looked at: it says when people are free, not what they can do."
        ),
        Refused.TRIES: gettext(
            "Failed tries are not looked at: trying again after a mistake is how people learn, and it is what we want."
        ),
    }
    return str(reasons[Refused(name)])


def read_measure(name: str) -> Measure:
    """The measure of that name; raises RuleRefused, with the reason, for what is not gathered."""
    if name in set(Refused):
        raise RuleRefused(refusal(name))
    try:
        return Measure(name)
    except ValueError:
        raise RuleRefused from None


def gather(facts: Facts, frame: Frame, rules: Iterable[tuple[Measure, int | None]]) -> list[Line]:
    """The lines of evidence that these rules ask for, in the order of the list of measures."""
    guides = dict(rules)
    lines = {
        Measure.SOLVED: _solved(facts, Measure.SOLVED, frame.everybody),
        Measure.STRETCH: _solved(facts, Measure.STRETCH, frame.stretch),
        Measure.IMPROVED: _improved(facts, frame),
        Measure.ACTIVE_WEEKS: _weeks(facts),
        Measure.ATTENDANCE: _attendance(facts),
        Measure.HELP: _help(facts),
        Measure.TASKS: _tasks(facts),
        Measure.GAIN: _gain(facts, frame),
    }
    return [_with_guide(lines[measure], guides[measure]) for measure in Measure if measure in guides]


def _with_guide(line: Line, guide: int | None) -> Line:
    return Line(
        line.measure,
        line.value,
        line.out_of,
        guide,
        line.before,
        line.before_of,
        line.second,
        line.sources,
    )


def _shown(works: Iterable[Work]) -> tuple[Source, ...]:
    return tuple(Source(SourceKind.SUBMISSION, work.exercise_key, work.passed_id) for work in works)


def _solved(facts: Facts, measure: Measure, keys: Sequence[str]) -> Line:
    solved = [facts.work[key] for key in keys if key in facts.work and facts.work[key].solved]
    return Line(measure, len(solved), len(keys), sources=_shown(solved))


def _improved(facts: Facts, frame: Frame) -> Line:
    keys = (*frame.everybody, *frame.stretch)
    improved = [facts.work[key] for key in keys if key in facts.work and facts.work[key].improved]
    return Line(Measure.IMPROVED, len(improved), sources=_shown(improved))


def _weeks(facts: Facts) -> Line:
    mondays = sorted({day - timedelta(days=day.weekday()) for day in facts.active_days})
    sources = tuple(Source(SourceKind.WEEK, week=monday) for monday in mondays)
    return Line(Measure.ACTIVE_WEEKS, len(mondays), sources=sources)


def _attendance(facts: Facts) -> Line:
    if facts.present is None or facts.present.held <= 0:
        return Line(Measure.ATTENDANCE, None)
    share = round(100 * min(facts.present.attended, facts.present.held) / facts.present.held)
    return Line(Measure.ATTENDANCE, share, 100, sources=(Source(SourceKind.ATTENDANCE),))


def _help(facts: Facts) -> Line:
    if facts.help is None:
        return Line(Measure.HELP, None)
    asked = [Source(SourceKind.ASKED, week=day) for day in facts.help.asked_on]
    given = [Source(SourceKind.HELPED, week=day) for day in facts.help.given_on]
    return Line(Measure.HELP, facts.help.asked, second=facts.help.given, sources=(*asked, *given))


def _tasks(facts: Facts) -> Line:
    if not facts.tasks:
        return Line(Measure.TASKS, None)
    solved = [task for task in facts.tasks if task.solved]
    return Line(Measure.TASKS, len(solved), len(facts.tasks), sources=_shown(solved))


def _gain(facts: Facts, frame: Frame) -> Line:
    """What she could do when she began (at the first hand-in), beside what she can do in the end."""
    if not frame.baseline:
        return Line(Measure.GAIN, None)
    seen = [facts.work[key] for key in frame.baseline if key in facts.work]
    before = sum(work.passed_at_once for work in seen)
    if facts.tasks:
        now, now_of = sum(task.solved for task in facts.tasks), len(facts.tasks)
    else:
        now = sum(facts.work[key].solved for key in frame.everybody if key in facts.work)
        now_of = len(frame.everybody)
    lesson = frame.baseline[0].rpartition("/")[0]
    return Line(
        Measure.GAIN,
        now if seen else None,
        now_of,
        before=before,
        before_of=len(frame.baseline),
        sources=(Source(SourceKind.LESSON, lesson), *_shown(work for work in seen if work.passed_at_once)),
    )
