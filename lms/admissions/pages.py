"""What the pages of admissions share: days by a class's clock, tabs, sources, texts, where somebody stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from flask_babel import gettext

from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.evidence import Line, Source, SourceKind
from lms.admissions.models import Criterion, Round, RoundStatus, Stage
from lms.admissions.rounds import takes_applications
from lms.admissions.words import round_words
from lms.catalog.services import translate
from lms.catalog.shelf import find_course
from lms.core.db import utcnow
from lms.core.i18n import current_language, match
from lms.programmes.pages import Tab, class_day

STEPS = ("why", "when", "language", "needs", "fairness")
PARTS = ("weekday_mornings", "weekday_afternoons", "weekday_evenings", "saturdays", "sundays")


def round_page(template: str, screening: Round, endpoint: str, **context: Any) -> str:
    """A page of a round with its tabs; `endpoint` is the tab that the page belongs to."""
    return render_template(
        template,
        screening=screening,
        tabs=round_tabs(screening, endpoint),
        zone=zone_of(screening),
        statuses=round_words(),
        draft=screening.status == RoundStatus.DRAFT,
        **context,
    )


def round_tabs(screening: Round, endpoint: str) -> list[Tab]:
    """The pages of a round, in the order in which it is made."""
    pages = [
        ("admissions.show_round", gettext("Overview")),
        ("admissions.edit_round", gettext("Dates and seats")),
        ("admissions.edit_evidence", gettext("Evidence")),
        ("admissions.edit_criteria", gettext("Criteria and texts")),
        ("admissions.candidates", gettext("Candidates")),
        ("admissions.raters", gettext("Raters")),
        ("admissions.interviews", gettext("Talks")),
        ("admissions.decisions", gettext("Decisions")),
        ("admissions.show_fairness", gettext("Fairness")),
    ]
    stages = {row.stage for row in screening.stages}
    return [
        Tab(text, url_for(name, round_id=screening.public_id), name == endpoint)
        for name, text in pages
        if name != "admissions.interviews" or Stage.INTERVIEW in stages
    ]


def zone_of(screening: Round) -> ZoneInfo:
    """The clock by which the round's days are meant: that of its class."""
    return ZoneInfo(screening.cohort.time_zone)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day of a moment there."""
    return at.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source as a page shows it."""

    text: str
    url: str | None


def shown_sources(line: Line, *, may_open: bool) -> list[ShownSource]:
    """The sources of a line; with links where the reader may open them."""
    return [_shown(source, may_open=may_open) for source in line.sources]


def _shown(source: Source, *, may_open: bool) -> ShownSource:
    match source.kind:
        case SourceKind.WEEK if source.week is not None:
            return ShownSource(gettext("Week of %(day)s", day=class_day(source.week)), None)
        case SourceKind.ASKED if source.week is not None:
            return ShownSource(gettext("Asked for help on %(day)s", day=class_day(source.week)), None)
        case SourceKind.HELPED if source.week is not None:
            return ShownSource(gettext("Helped somebody on %(day)s", day=class_day(source.week)), None)
        case SourceKind.ATTENDANCE:
            return ShownSource(gettext("The attendance lists of their classes"), None)
        case SourceKind.LESSON:
            return ShownSource(gettext("Beginning: %(lesson)s", lesson=lesson_title(source.key)), None)
        case _:
            url = url_for("submissions.show", public_id=source.link) if source.link and may_open else None
            return ShownSource(exercise_title(source.key), url)


def exercise_title(key: str) -> str:
    """An exercise's title in the reader's language; its name where its files are gone."""
    slug, _, rest = key.partition("/")
    lesson_slug, _, name = rest.partition("/")
    course = find_course(slug)
    lesson = course.lesson(lesson_slug) if course is not None else None
    exercise = lesson.exercise(name) if lesson is not None else None
    if course is None or exercise is None:
        return name
    return translate(course, current_language().tag, exercise.title).text


def lesson_title(key: str) -> str:
    """A lesson's title in the reader's language."""
    slug, _, lesson_slug = key.partition("/")
    course = find_course(slug)
    lesson = course.lesson(lesson_slug) if course is not None else None
    if course is None or lesson is None:
        return lesson_slug
    return translate(course, current_language().tag, lesson.title).text


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the round's, and the language that it really is in."""

    text: str
    lang: str


def about_of(screening: Round) -> Said | None:
    """What the round says of itself, in the reader's language or the nearest there is."""
    texts = {row.language: row.about for row in screening.texts}
    tag = _nearest(screening, texts)
    return Said(texts[tag], tag) if tag is not None else None


def criterion_words(screening: Round, criterion: Criterion) -> tuple[Said, Said]:
    """A criterion's name and words, in the reader's language or the nearest there is."""
    texts = {row.language: row for row in criterion.texts}
    tag = _nearest(screening, texts)
    if tag is None:
        return Said("", ""), Said("", "")
    return Said(texts[tag].name, tag), Said(texts[tag].words, tag)


def _nearest(screening: Round, texts: Mapping[str, object]) -> str | None:
    tags = list(texts)
    found = match(current_language().tag, tags) or match(screening.working_language, tags)
    return found or (tags[0] if tags else None)


@dataclass(frozen=True, slots=True)
class Dated:
    """A stage of a round with its days; `now` says that it runs at this moment, `over` that it is past."""

    stage: Stage
    begins_at: datetime | None
    ends_at: datetime | None
    now: bool
    over: bool


def stages_of(screening: Round, now: datetime | None = None) -> list[Dated]:
    """The stages of a round in their order."""
    now = now or utcnow()
    rows = {row.stage: row for row in screening.stages}
    return [
        Dated(
            stage,
            row.begins_at,
            row.ends_at,
            now=bool(row.begins_at and row.ends_at and row.begins_at <= now < row.ends_at),
            over=bool(row.ends_at and row.ends_at <= now),
        )
        for stage in Stage
        if (row := rows.get(stage)) is not None
    ]


def standing_words(application: Application, now: datetime | None = None) -> str:
    """Where she stands. Nothing in it depends on what anybody thinks or has decided of her."""
    screening = application.round
    takes = takes_applications(screening, now)
    match application.status:
        case ApplicationStatus.WITHDRAWN:
            return str(gettext("You took this application back. Nobody reads it."))
        case ApplicationStatus.DRAFT if takes:
            return str(gettext("You have not sent it in yet. Nobody but you can read it."))
        case ApplicationStatus.DRAFT:
            return str(gettext("You did not send it in before the closing date. Nobody has read it."))
        case _ if takes:
            return str(gettext("It is sent in. You can still change it until the closing date."))
        case _ if screening.status == RoundStatus.ENDED:
            return str(gettext("This round has ended."))
        case _:
            return str(gettext("It is sent in, and people are looking at all applications now."))


def next_words(application: Application, now: datetime | None = None) -> list[str]:
    """What she can do next, in sentences; may be nothing but wait."""
    screening = application.round
    if application.status == ApplicationStatus.DRAFT and takes_applications(screening, now):
        return [gettext("Answer the questions and send it in.")]
    if application.status != ApplicationStatus.SUBMITTED:
        return []
    running = {dated.stage for dated in stages_of(screening, now) if dated.now}
    words = []
    if Stage.TASK in running:
        words.append(gettext("Do your tasks. You have days for them, and may hand in as often as you like."))
    if Stage.LANGUAGE in running:
        words.append(
            gettext("Somebody will talk with you in the language of the class. It is not about coding.")
        )
    if Stage.INTERVIEW in running:
        words.append(gettext("Somebody will talk with you about why you apply."))
    if not words and screening.letters_on is not None and screening.status != RoundStatus.ENDED:
        words.append(gettext("You will have a letter by %(day)s.", day=class_day(screening.letters_on)))
    return words
