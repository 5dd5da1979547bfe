"""What the pages of this feature share: words for what is stored, times by a class's clock, the tabs of a class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names, get_timezone_location
from flask import render_template, url_for
from flask_babel import get_locale, gettext

from lms.accounts.access import coordinates, current_person
from lms.accounts.models import Cohort, EnrolmentStatus, Pace
from lms.catalog.services import translate
from lms.catalog.shelf import find_course
from lms.core.i18n import current_language
from lms.programmes.models import ChangeKind, Reason
from lms.programmes.services import courses_of


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a class, for the row of tabs at its top."""

    text: str
    url: str
    here: bool


def class_page(template: str, cohort: Cohort, endpoint: str, **context: Any) -> str:
    """A page of a class with its tabs; `endpoint` is the tab that the page belongs to."""
    may_plan = coordinates(current_person(), cohort.programme_id)
    return render_template(
        template,
        cohort=cohort,
        tabs=class_tabs(cohort, endpoint, may_plan=may_plan),
        may_plan=may_plan,
        **context,
    )


def class_tabs(cohort: Cohort, endpoint: str, *, may_plan: bool) -> list[Tab]:
    """The pages of a class, in the order of a week's work; planning is for coordinators."""
    pages = [
        ("programmes.show_class", gettext("Students")),
        ("gradebook.show_marks", gettext("Marks")),
        ("board.show_class", gettext("Who needs help")),
        ("programmes.show_timetable", gettext("Timetable")),
        ("attendance.show_attendance", gettext("Attendance")),
        ("admissions.class_help", gettext("Help in class")),
        ("announcements.class_announcements", gettext("Messages")),
        ("reviews.class_queue", gettext("Work to read")),
    ]
    if may_plan:
        pages.append(("authoring.class_versions", gettext("Courses")))
        pages.append(("programmes.edit_cohort", gettext("Plan")))
    return [Tab(text, url_for(name, cohort_id=cohort.public_id), name == endpoint) for name, text in pages]


def course_title(slug: str, version: str | None = None) -> str:
    """The title of a course in the reader's language; its short name where its files are gone."""
    course = find_course(slug, version)
    return translate(course, current_language().tag, course.title).text if course else slug


def course_titles(cohort: Cohort) -> list[str]:
    """The titles of a class's courses, in order."""
    return [course_title(slug, cohort.version_of(slug)) for slug in cohort.course_slugs]


def lesson_titles(cohorts: list[Cohort]) -> dict[str, str]:
    """The titles of all lessons of these classes in the reader's language, by key."""
    tag = current_language().tag
    return {
        lesson.key: translate(course, tag, lesson.title).text
        for cohort in cohorts
        for course in courses_of(cohort)
        for lesson in course.lessons
    }


def pace_words() -> dict[str, str]:
    """The paces as people call them."""
    return {Pace.STEADY: gettext("Evenings or weekends"), Pace.BOOTCAMP: gettext("Bootcamp")}


def status_words() -> dict[str, str]:
    """Where a person stands in a class."""
    return {
        EnrolmentStatus.ENROLLED: gettext("In the class"),
        EnrolmentStatus.PAUSED: gettext("Pausing"),
        EnrolmentStatus.DEFERRED: gettext("Begins again later"),
        EnrolmentStatus.MOVED: gettext("Moved to another class"),
        EnrolmentStatus.WITHDRAWN: gettext("Has left"),
        EnrolmentStatus.GRADUATED: gettext("Has finished"),
        EnrolmentStatus.REFERRED: gettext("Went on to another school"),
    }


def reason_words() -> dict[str, str]:
    """Why a place changed."""
    return {
        Reason.WORK: gettext("Found work, or other working hours"),
        Reason.FAMILY: gettext("Family or childcare"),
        Reason.HEALTH: gettext("Health"),
        Reason.TIME: gettext("Not enough time"),
        Reason.TOO_HARD: gettext("The course is too hard now"),
        Reason.TOO_EASY: gettext("The course is too easy"),
        Reason.LANGUAGE: gettext("The language of the class"),
        Reason.EQUIPMENT: gettext("No computer or connection"),
        Reason.AWAY: gettext("Moves away"),
        Reason.OTHER_COURSE: gettext("Another course fits better"),
        Reason.NO_CONTACT: gettext("Could not be reached any more"),
        Reason.FINISHED: gettext("Reached the goal"),
        Reason.OTHER: gettext("Another reason"),
    }


def change_words() -> dict[str, str]:
    """The ways in which a calendar differs from the timetable."""
    return {
        ChangeKind.HOLIDAY: gettext("No class"),
        ChangeKind.MOVED: gettext("Moved"),
        ChangeKind.CANCELLED: gettext("Cancelled"),
        ChangeKind.EXTRA: gettext("Extra"),
    }


def weekday_words() -> dict[int, str]:
    """The days of the week, Monday first."""
    return {number: str(name) for number, name in get_day_names("wide", "stand-alone", _locale()).items()}


def class_moment(at: datetime, zone: ZoneInfo) -> str:
    """A moment by a class's clock: weekday, day, month by name, 24 hours. Never bare numbers for a date."""
    local = at.astimezone(zone)
    comma = "، " if _locale().text_direction == "rtl" else ", "
    return f"{class_date(local)}{comma}{clock(local)}"


def class_date(local: datetime) -> str:
    """Weekday, day and month of a moment that is given by the class's clock."""
    return format_date(local.date(), "EEEE d MMMM", locale=_locale())


def class_day(day: date) -> str:
    """A day in words, with its year: calendars reach into the next one."""
    return format_date(day, "EEEE d MMMM y", locale=_locale())


def clock(at: datetime | time) -> str:
    """Hours and minutes."""
    return at.strftime("%H:%M")


def zone_city(zone: str) -> str:
    """A time zone by the city that people know it by, in the reader's language."""
    return get_timezone_location(zone, locale=_locale(), return_city=True) if "/" in zone else zone


def language_name(tag: str) -> str:
    """A language's name in the reader's language."""
    return Locale.parse(tag, sep="-").get_display_name(_locale()) or tag


def _locale() -> Locale:
    found = get_locale()
    return found if isinstance(found, Locale) else Locale("en")
