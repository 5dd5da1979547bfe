"""Words for what the board shows: how somebody stands and why, for staff and, in other words, for herself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Cohort, Enrolment, Role, User
from lms.board.contacts import open_talks
from lms.board.counting import standing_of
from lms.board.models import Way
from lms.board.signals import LONGEST_QUIET
from lms.board.standing import Level, Reason, Rules, Sign, Signs, Standing
from lms.board.stuck import Failure
from lms.catalog.services import translate
from lms.core.db import db
from lms.core.i18n import current_language
from lms.programmes.services import courses_of

# The names in addresses.
LEVELS = {"on-track": Level.ON_TRACK, "behind": Level.BEHIND, "at-risk": Level.AT_RISK}
SLUGS = {level: slug for slug, level in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason in words, and how many points it gives."""

    text: str
    points: int


def level_words() -> dict[Level, str]:
    """How somebody stands."""
    return {
        Level.ON_TRACK: gettext("On track"),
        Level.BEHIND: gettext("Behind"),
        Level.AT_RISK: gettext("At risk"),
    }


def way_words() -> dict[str, str]:
    """The ways of speaking with somebody."""
    return {
        Way.CALL: gettext("Phone call"),
        Way.MESSAGE: gettext("Message"),
        Way.EMAIL: gettext("E-mail"),
        Way.VIDEO: gettext("Video call"),
        Way.IN_PERSON: gettext("In person"),
        Way.OTHER: gettext("Another way"),
    }


def whys(signs: Signs, standing: Standing) -> list[Why]:
    """The reasons of a standing in whole words, for staff."""
    return [Why(_for_staff(reason, signs), reason.points) for reason in standing.reasons]


def _for_staff(reason: Reason, signs: Signs) -> str:
    number = signs.value(reason.sign)
    match reason.sign:
        case Sign.ABSENT:
            return str(
                ngettext(
                    "Missed %(missed)s of the last %(num)s class without an excuse.",
                    "Missed %(missed)s of the last %(num)s classes without an excuse.",
                    signs.held,
                    missed=signs.missed,
                )
            )
        case Sign.OVERDUE:
            return str(
                ngettext(
                    "%(undone)s of %(num)s task that was due is not done yet.",
                    "%(undone)s of %(num)s tasks that were due are not done yet.",
                    signs.due,
                    undone=signs.overdue,
                )
            )
        case Sign.QUIET if number >= LONGEST_QUIET:
            return str(gettext("Nothing seen for eight weeks or longer: no visit, no hand-in, no class."))
        case Sign.QUIET:
            return str(
                ngettext(
                    "Nothing seen for %(num)s day: no visit, no hand-in, no class.",
                    "Nothing seen for %(num)s days: no visit, no hand-in, no class.",
                    number,
                )
            )
        case Sign.ANSWER:
            return str(
                ngettext(
                    "A reviewer asked for a change %(num)s day ago; nothing new has come yet.",
                    "A reviewer asked for a change %(num)s days ago; nothing new has come yet.",
                    number,
                )
            )
        case Sign.UNREAD:
            return str(
                ngettext(
                    "Work has waited %(num)s day for a person to read it. That is for us to do.",
                    "Work has waited %(num)s days for a person to read it. That is for us to do.",
                    number,
                )
            )


def for_herself(signs: Signs, standing: Standing) -> list[str]:
    """The same reasons as the student reads them: what she can do next, and no verdict on her."""
    return [_for_student(reason, signs) for reason in standing.reasons]


def _for_student(reason: Reason, signs: Signs) -> str:
    match reason.sign:
        case Sign.ABSENT:
            return str(
                gettext(
                    "We missed you in some of the last classes. If the times do not work for you, tell your teacher: "
                    "there may be another way."
                )
            )
        case Sign.OVERDUE:
            return str(
                ngettext(
                    "%(num)s task from before is still open. You can still do it, and your teacher can give you "
                    "more time.",
                    "%(num)s tasks from before are still open. Take one at a time; your teacher can give you more "
                    "time.",
                    signs.overdue,
                )
            )
        case Sign.QUIET:
            return str(gettext("It is good to see you again. Your work is where you left it."))
        case Sign.ANSWER:
            return str(
                gettext(
                    "Somebody has read your work and wrote to you. Read it, change a little, and send it again."
                )
            )
        case Sign.UNREAD:
            return str(gettext("Your work waits to be read. It is our turn, not yours."))


def sign_words() -> dict[Sign, tuple[str, str]]:
    """What is looked at, and in which unit."""
    return {
        Sign.ABSENT: (
            gettext("Missed classes"),
            gettext("Per cent of the classes of the last four weeks, missed without an excuse."),
        ),
        Sign.OVERDUE: (
            gettext("Work that was due"),
            gettext("Per cent of the tasks that were due and are not done."),
        ),
        Sign.QUIET: (
            gettext("Last sign"),
            gettext("Days without a visit, a hand-in or a class; days of holiday are left out."),
        ),
        Sign.ANSWER: (
            gettext("Answer to a review"),
            gettext("Days since a reviewer asked for a change, and nothing new has come."),
        ),
        Sign.UNREAD: (
            gettext("Work to be read"),
            gettext(
                "Days for which work has waited for us to read it. Unless you change that, it is shown and "
                "counts for nothing."
            ),
        ),
    }


def rules_in_words(rules: Rules) -> list[str]:
    """What a programme counts, as sentences."""
    return [
        gettext(
            "%(what)s. %(unit)s Points from %(some)s on: %(points)s; from %(much)s on: %(double)s.",
            what=what,
            some=rule.some,
            much=rule.much,
            points=rule.weight,
            double=2 * rule.weight,
            unit=unit,
        )
        for sign, (what, unit) in sign_words().items()
        for rule in (rules.of(sign),)
    ]


def exercise_titles(cohort: Cohort) -> Mapping[str, str]:
    """The titles of a class's exercises in the reader's language, by key."""
    tag = current_language().tag
    return {
        exercise.key: translate(course, tag, exercise.title).text
        for course in courses_of(cohort)
        for exercise in course.exercises
    }


def test_namer(cohort: Cohort) -> Callable[[str, str], str]:
    """A function from an exercise's key and a test's name to that name in the reader's language."""
    tag = current_language().tag
    courses = {course.slug: course for course in courses_of(cohort)}

    def name(exercise_key: str, test: str) -> str:
        course = courses.get(exercise_key.partition("/")[0])
        return translate(course, tag, test).text if course is not None else test

    return name


def failure_words(failure: Failure) -> str:
    """How tries end that do not come as far as a test, or fail where the student cannot see it."""
    words = {
        "hidden": gettext("The visible tests pass; a test that students do not see fails."),
        "error": gettext("The program stops with an error."),
        "time_limit": gettext("The program does not come to an end."),
        "memory_limit": gettext("The program uses too much memory."),
        "output_limit": gettext("The program prints too much."),
        "rule": gettext("The program does not keep a rule of the exercise."),
    }
    return str(words.get(failure.outcome, gettext("The program does not pass.")))


def week_box(person: User, classes: Sequence[Cohort]) -> Markup:
    """What stands on a student's week: how it goes in the class she joined last, in words that help."""
    place = _newest_place(person, classes)
    line = standing_of(place) if place is not None else None
    talks = open_talks(person.id)
    if line is None and not talks:
        return Markup()
    sentences = for_herself(line.signs, line.standing) if line is not None else []
    page = render_template("board/_week.html", line=line, sentences=sentences, talks=talks)
    return Markup(page)  # noqa: S704  # the template has escaped it


def _newest_place(person: User, classes: Sequence[Cohort]) -> Enrolment | None:
    return db.session.scalar(
        select(Enrolment)
        .where(
            Enrolment.user_id == person.id,
            Enrolment.cohort_id.in_([cohort.id for cohort in classes]),
            Enrolment.role == Role.STUDENT,
        )
        .options(joinedload(Enrolment.cohort), joinedload(Enrolment.user))
        .order_by(Enrolment.created_at.desc(), Enrolment.id.desc())
        .limit(1)
    )
