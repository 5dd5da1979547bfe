"""What is stored, in the reader's words."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from lms.admissions.application_models import Level, Seen
from lms.admissions.evidence import Line, Refused
from lms.admissions.interview_models import InterviewStatus
from lms.admissions.models import Measure, RoundChange, RoundStatus, Stage
from lms.programmes.pages import language_name


def round_words() -> dict[str, str]:
    """Where a round is."""
    return {
        RoundStatus.DRAFT: gettext("Not published yet"),
        RoundStatus.OPEN: gettext("Open"),
        RoundStatus.CLOSED: gettext("Closed; being decided"),
        RoundStatus.ENDED: gettext("Ended"),
    }


def change_words() -> dict[str, str]:
    """What happened to a round."""
    return {
        RoundChange.OPENED: gettext("Opened"),
        RoundChange.CLOSED: gettext("Closed"),
        RoundChange.REOPENED: gettext("Opened again"),
        RoundChange.ENDED: gettext("Ended"),
    }


def stage_words() -> dict[str, str]:
    """The stages as candidates read them."""
    return {
        Stage.COURSEWORK: gettext("Your work in the course"),
        Stage.TASK: gettext("Tasks"),
        Stage.LANGUAGE: gettext("A talk about the language of the class"),
        Stage.INTERVIEW: gettext("Interview"),
        Stage.DECISION: gettext("Decision"),
    }


def measure_words() -> dict[str, str]:
    """What may be gathered."""
    return {
        Measure.SOLVED: gettext("Exercises solved in the end"),
        Measure.STRETCH: gettext("Extra exercises solved in the end"),
        Measure.IMPROVED: gettext("Work that got better after feedback"),
        Measure.ACTIVE_WEEKS: gettext("Weeks with work handed in"),
        Measure.ATTENDANCE: gettext("Classes attended"),
        Measure.HELP: gettext("Help asked for and given"),
        Measure.TASKS: gettext("Tasks of this round solved"),
        Measure.GAIN: gettext("What was learnt since the beginning"),
    }


def refused_words() -> dict[str, str]:
    """What is never looked at, as people ask for it."""
    return {
        Refused.SPEED: gettext("How fast somebody works"),
        Refused.WALL_TIME: gettext("How long a task took"),
        Refused.STREAK: gettext("Days in a row"),
        Refused.HOUR: gettext("The hour of the day"),
        Refused.TRIES: gettext("The number of failed tries"),
    }


def level_words() -> dict[str, str]:
    """Levels of a language in plain words."""
    return {
        Level.A1: gettext("A1: first words and short sentences"),
        Level.A2: gettext("A2: simple talk about everyday things"),
        Level.B1: gettext("B1: I follow a class when people speak clearly"),
        Level.B2: gettext("B2: I follow and discuss without much trouble"),
        Level.C1: gettext("C1: I speak easily about almost anything"),
        Level.C2: gettext("C2: like my first language"),
    }


def talk_words() -> dict[str, str]:
    """Where a talk stands."""
    return {
        InterviewStatus.INVITED: gettext("Invited; no time chosen yet"),
        InterviewStatus.PLANNED: gettext("Time chosen"),
        InterviewStatus.HELD: gettext("Took place"),
        InterviewStatus.MISSED: gettext("Did not take place"),
        InterviewStatus.CANCELLED: gettext("Called off"),
    }


def part_words() -> dict[str, str]:
    """Parts of the week."""
    return {
        "weekday_mornings": gettext("Mornings from Monday to Friday"),
        "weekday_afternoons": gettext("Afternoons from Monday to Friday"),
        "weekday_evenings": gettext("Evenings from Monday to Friday"),
        "saturdays": gettext("Saturdays"),
        "sundays": gettext("Sundays"),
    }


def seen_words() -> dict[str, str]:
    """What somebody read."""
    return {
        Seen.APPLICATION: gettext("your application and your work"),
        Seen.NEEDS: gettext("what you need to take part"),
        Seen.BLIND: gettext("your application without your name"),
        Seen.DECISION: gettext("the decision about you"),
        Seen.EXPORT: gettext("a list with your application in it"),
    }


def need_words() -> dict[str, str]:
    """What somebody may need."""
    return {
        "laptop": gettext("A computer to use at home"),
        "internet": gettext("A connection to the internet"),
        "childcare": gettext("Childcare during class"),
        "quiet_place": gettext("A quiet place to learn"),
    }


def step_words() -> dict[str, str]:
    """The steps of the form."""
    return {
        "why": gettext("Why you apply"),
        "when": gettext("Your time"),
        "language": gettext("The language of the class"),
        "needs": gettext("What you need"),
        "fairness": gettext("Is our choice fair?"),
    }


def missing_words(kind: str, detail: str) -> str:
    """One thing that a round lacks before it opens."""
    language = language_name(detail) if kind in {"about", "criterion"} else ""
    words = {
        "about": lambda: gettext(
            "What the round is about is not written in %(language)s yet.", language=language
        ),
        "criteria": lambda: gettext("There is no criterion yet."),
        "criterion": lambda: gettext("A criterion is not written in %(language)s yet.", language=language),
        "levels": lambda: gettext("Criterion %(number)s needs at least two levels.", number=detail),
        "tasks": lambda: gettext("Choose the course that tasks are drawn from, and how many."),
        "task_days": lambda: gettext("Say in which days tasks can be handed in."),
        "courses": lambda: gettext("Choose the courses whose work is looked at."),
    }
    return str(words[kind]())


def line_words(line: Line) -> str:
    """A line of evidence as a sentence."""
    return _said(line) if line.value is not None else str(gettext("There is no data."))


def _said(line: Line) -> str:
    match line.measure:
        case Measure.IMPROVED:
            words = ngettext("%(num)s exercise", "%(num)s exercises", line.value)
        case Measure.ACTIVE_WEEKS:
            words = ngettext("%(num)s week", "%(num)s weeks", line.value)
        case Measure.ATTENDANCE:
            words = gettext("%(value)s of 100 classes; excused absences do not count", value=line.value)
        case Measure.HELP:
            words = gettext(
                "Days on which help was asked for: %(asked)s; given: %(given)s",
                asked=line.value,
                given=line.second,
            )
        case Measure.GAIN:
            words = gettext(
                "At the beginning %(before)s of %(before_of)s, now %(now)s of %(now_of)s",
                before=line.before,
                before_of=line.before_of,
                now=line.value,
                now_of=line.out_of,
            )
        case _:
            words = gettext("%(value)s of %(all)s", value=line.value, all=line.out_of)
    return str(words)


def guide_words(line: Line) -> str:
    """How a line stands beside what the school hopes for."""
    if line.guide is None:
        return ""
    if line.reached is None:
        return str(gettext("Hoped for: %(guide)s.", guide=line.guide))
    if line.reached:
        return str(gettext("Hoped for: %(guide)s. Reached.", guide=line.guide))
    return str(
        gettext("Hoped for: %(guide)s. Not reached; a person decides what that means.", guide=line.guide)
    )
