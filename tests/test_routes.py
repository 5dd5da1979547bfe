"""Every route × every kind of person: who may gets in, and nobody else learns whether a thing exists."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import User
from lms.accounts.services import new_card
from lms.admissions.application_models import Application
from lms.admissions.decision_models import Decision, DecisionKind, Letter, Objection
from lms.admissions.interview_models import Interview, InterviewSlot, InterviewStatus
from lms.admissions.models import Round
from lms.admissions.rating_models import BlindSheet, CalibrationExample, Rater, Rating
from lms.announcements.mailing import confirm_token, stop_token
from lms.announcements.models import Message
from lms.announcements.services import Draft, Version, write
from lms.authoring.models import AuthoredCourse, CourseImport, CourseVersion
from lms.authoring.running import ask_try
from lms.authoring.services import repository_of
from lms.board.models import Contact, Way
from lms.catalog.models import ExerciseVersion
from lms.catalog.services import get_course, remember_version
from lms.core.db import db, utcnow
from lms.programmes.calendars import add_holiday, changes_of, sessions_of
from lms.programmes.feeds import feed_token, make_feed
from lms.referral.models import Purpose, TrustedSchool
from lms.referral.receiving import bring
from lms.referral.services import Wish, lay_down, open_page, sign, suggest
from lms.referral.sites import programme_address
from lms.reviews.models import Remark, Review
from lms.submissions.models import Status, Submission
from tests.admissions.conftest import apply, make_round
from tests.conftest import application, copy_database, settings_in
from tests.factories import (
    COURSE,
    School,
    csrf_token,
    make_authored,
    make_school,
    plan_class,
    sign_in_at_the_door,
    write_exercise,
)
from tests.route_matrix import EVERYBODY, MATRIX, SIGNED_IN, Entry, World

OUTSIDE = {"HEAD", "OPTIONS"}
# The button of a mail program (RFC 8058) sends no form token; the link in the address says whose mail it stops.
WITHOUT_TOKEN = {("announcements.stop_mail", "POST")}


def make_world(school: School) -> World:
    course = get_course(current_app.config["COURSES_DIR"], COURSE)
    assert course is not None
    lesson = next(lesson for lesson in course.lessons if lesson.exercises)
    asking = next(lesson for lesson in course.lessons if lesson.quizzes)
    exercise = lesson.exercises[0]
    version = remember_version(exercise)
    card = new_card(school.ben)
    submission = Submission(
        user_id=school.ben.id,
        cohort_id=school.cohort.id,
        exercise_key=exercise.key,
        exercise_version=version.hash,
        client_key="one",
        files={"main.py": "print(1)"},
        received_at=utcnow(),
        status=Status.NEEDS_STAFF,
    )
    db.session.add(submission)
    plan_class(school.cohort)
    session = db.session.scalars(sessions_of(school.cohort)).first()
    assert session is not None
    holiday = utcnow().date() + timedelta(weeks=3)
    add_holiday(school.cohort, holiday, holiday, "")
    change = changes_of(school.cohort)[0]
    feed = make_feed(school.ben)
    db.session.flush()
    review = Review(
        submission_id=submission.id,
        user_id=school.ben.id,
        cohort_id=school.cohort.id,
        exercise_key=exercise.key,
        attempt=1,
        waiting_since=submission.received_at,
    )
    remark = Remark(user_id=school.ada.id, text="Well done.")
    db.session.add_all([review, remark])
    draft = Draft((Version("en", "No class", "There is no class today."),), "en")
    programme = school.cohort.programme
    announcement = write(programme, school.cohort, school.ada, draft, "one")
    for_all = write(programme, None, school.cora, draft, "two")
    talk = Contact(
        user_id=school.ben.id,
        programme_id=school.cohort.programme_id,
        cohort_id=school.cohort.id,
        author_id=school.ada.id,
        on_day=utcnow().date(),
        way=Way.CALL,
        next_step="Call again.",
        client_key="the-first-talk",
    )
    db.session.add(talk)
    db.session.commit()
    message = db.session.scalars(select(Message).where(Message.user_id == school.ben.id)).first()
    assert message is not None
    screening = make_round(school.beside)
    application = apply(screening, school.ben)
    authored = make_authored(school)
    counted = ExerciseVersion(hash="1" * 64, course="loops", lesson="01-first", slug="count", content={})
    db.session.add(counted)
    commit = repository_of(authored).head()
    run = ask_try(authored, school.ada, commit, "01-first/count")
    published = {"commit": commit, "tree": "0" * 64, "version": "1" * 64, "package": b""}
    db.session.add(CourseVersion(course_id=authored.id, slug=authored.slug, number=1, **published))
    tried = ask_try(authored, school.ada, write_exercise(authored, school.ada), "01-first/double")
    db.session.commit()
    return World(
        school=school,
        course=course.slug,
        lesson=lesson.slug,
        exercise=exercise.slug,
        quiz_lesson=asking.slug,
        quiz=asking.quizzes[0].id,
        picture=next(iter(course.images)),
        submission=submission.public_id,
        card=card,
        track=school.cohort.track.public_id,
        session=session.public_id,
        change=change.id,
        calendar=feed_token(feed),
        review=review.public_id,
        remark=remark.id,
        announcement=announcement.public_id,
        for_all=for_all.public_id,
        message=message.public_id,
        stop=stop_token(school.ben),
        confirm=confirm_token(school.ben, "ben@school.example"),
        talk=talk.public_id,
        **referrals_of(school),
        round=screening.public_id,
        criterion=screening.criteria[0].id,
        application=application.public_id,
        **judged(screening, application, school),
        authored=authored.public_id,
        upload=uploaded(school.mila, "po", authored).public_id,
        words=uploaded(school.root, "interface").public_id,
        commit=commit,
        run=run.public_id,
        tried=tried.public_id,
        sent=sent_by(school).public_id,
    )


def sent_by(school: School) -> CourseImport:
    """A course that Ada has sent and not yet said yes to."""
    report = {"slug": "new", "title": "New", "coming": ["A lesson."], "left_out": [], "pictures": [], "faults": [],
              "files": 1, "exercises": 0, "base": "", "programme": ""}  # fmt: skip
    sent = CourseImport(user_id=school.ada.id, kind="package", package=b"", report=report)
    db.session.add(sent)
    db.session.commit()
    return sent


def uploaded(user: User, kind: str, course: AuthoredCourse | None = None) -> CourseImport:
    """A file of translations that somebody has sent and not yet taken over."""
    po = b'msgid ""\nmsgstr "Language: ar\\n"\n\nmsgid "First"\nmsgstr "\xd8\xa3\xd9\x88\xd9\x84"\n'
    sent = CourseImport(user_id=user.id, kind=kind, course=course, package=po, report={"lang": "ar"})
    db.session.add(sent)
    db.session.commit()
    return sent


def judged(screening: Round, application: Application, school: School) -> dict[str, str]:
    """A letter of Ben's that he objects to, an example, and a rating of him that Mila is asked for."""
    decision = Decision(
        round_id=screening.id,
        application_id=application.id,
        kind=DecisionKind.OTHER,
        reason="Another class fits better.",
        reason_language="en",
        other_words="The evening class",
        author_id=school.olga.id,
        released_at=utcnow(),
    )
    example = CalibrationExample(round_id=screening.id, position=0, motivation="I like to repair things.")
    sheet = BlindSheet(
        application_id=application.id, round_id=screening.id, code="KX7PQ2MA", checked_at=utcnow()
    )
    rater = Rater(round_id=screening.id, user_id=school.mila.id)
    db.session.add_all([decision, example, sheet, rater])
    db.session.flush()
    letter = Letter(
        decision_id=decision.id,
        application_id=application.id,
        template="other/en/0",
        language="en",
        text="Hello.",
    )
    rating = Rating(round_id=screening.id, application_id=application.id, rater_id=school.mila.id, slot=1)
    objection = Objection(
        application_id=application.id,
        decision_id=decision.id,
        text="Please look again.",
        author_id=school.olga.id,
    )
    talk = Interview(
        application_id=application.id,
        status=InterviewStatus.PLANNED,
        slot=InterviewSlot(
            round_id=screening.id,
            interviewer_id=school.ada.id,
            starts_at=utcnow() + timedelta(days=2),
            minutes=30,
            place="Room 4",
        ),
    )
    db.session.add_all([letter, rating, objection, talk])
    db.session.commit()
    return {
        "letter": decision.public_id,
        "rating": rating.public_id,
        "objection": objection.public_id,
    }


def referrals_of(school: School) -> dict[str, str]:
    """A referral of Ben's with an open page, one that is suggested to him, and one that came in about him."""
    programme = school.cohort.programme
    wish = Wish(
        receiver=programme_address(programme),
        receiver_name="Demo School",
        receiver_language="en",
        purpose=Purpose.ADMISSION,
        days=30,
        chosen=("name",),
        statement="",
    )
    signed = lay_down(school.ben, programme, wish)
    sign(signed, signed.version)
    db.session.refresh(signed)
    page = open_page(signed)
    suggested = suggest(
        school.ben, programme, school.cora, receiver=wish.receiver, receiver_name="Demo School", message=""
    )
    about = bring(signed.token, programme, Purpose.ADMISSION, school.ben, about=school.ben)
    known = TrustedSchool(programme_id=programme.id, issuer="https://school.example", name="Other school")
    db.session.add(known)
    db.session.commit()
    return {
        "referral": signed.public_id,
        "suggested": suggested.public_id,
        "page": page,
        "about": about.public_id,
        "known_school": known.public_id,
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """A world that was made once, everybody signed in, and the rows as they were then."""

    app: Flask
    world: World
    rows: sqlite3.Connection
    browsers: Mapping[str, FlaskClient]
    token: Mapping[str, str]

    def restore(self) -> None:
        """Undo whatever a test has done: each begins with the same rows."""
        db.session.rollback()
        copy_database(self.rows, into_database=True)
        db.session.expire_all()

    def browser(self, who: str) -> FlaskClient:
        """Somebody's browser, with the cookies of her sign-in."""
        client = self.app.test_client()
        client._cookies = dict(self.browsers[who]._cookies or {})
        return client


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory,
    compiled_templates: FileSystemBytecodeCache,
    compiled_addresses: None,
) -> Iterator[Standing]:
    """Making the world and signing ten people in takes seconds: once for all routes."""
    settings = {**settings_in(tmp_path_factory.mktemp("routes")), "SQLALCHEMY_DATABASE_URI": "sqlite://"}
    with application(settings, compiled_templates, alone=True) as app:
        world = make_world(make_school())
        browsers = {who: app.test_client() for who in EVERYBODY}
        for who in SIGNED_IN:
            sign_in_at_the_door(browsers[who], getattr(world.school, who))
        token = {who: csrf_token(client, "/sign-in?other=1") for who, client in browsers.items()}
        db.session.commit()
        rows = sqlite3.connect(":memory:", check_same_thread=False)
        copy_database(rows, into_database=False)
        yield Standing(app, world, rows, browsers, token)
        rows.close()


@pytest.fixture
def school_day(standing: Standing) -> Standing:
    """The world as it was made."""
    standing.restore()
    return standing


def ask(there: Standing, who: str, entry: Entry, method: str) -> TestResponse:
    world = there.world
    people = {"ben": world.school.ben.public_id, "ada": world.school.ada.public_id}
    form = {name: value.format(**people) for name, value in entry.form.items()}
    body = {"json": entry.json} if entry.json is not None else {"data": form}
    if method == "GET":
        body = {}
    return there.browser(who).open(
        entry.address(world),
        method=method,
        headers={"X-CSRFToken": there.token[who]},
        buffered=True,
        **body,
    )


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - OUTSIDE
    }


def test_every_route_has_an_entry_and_every_entry_a_route(standing: Standing) -> None:
    assert routes(standing.app) == set(MATRIX)


@pytest.mark.parametrize(("endpoint", "method"), sorted(MATRIX))
def test_only_who_may_gets_in(school_day: Standing, endpoint: str, method: str) -> None:
    entry = MATRIX[endpoint, method]
    # Those who may come last: what they do (a new PIN for Ben, a closed class) must not decide for others.
    for who in sorted(EVERYBODY, key=lambda who: who in entry.allowed):
        answer = ask(school_day, who, entry, method)
        sent_away = answer.status_code == 303 and (answer.location or "").startswith("/sign-in?next=")
        if who in entry.allowed:
            assert answer.status_code not in {401, 403, 404, 405, 500}, f"{who} may: {answer.status_code}"
            assert not sent_away, f"{who} may, and was asked to sign in"
        elif who == "nobody":
            assert sent_away or answer.status_code in {401, 404}, f"nobody may not: {answer.status_code}"
        else:
            assert answer.status_code == 404, f"{who} may not: {answer.status_code}"


@pytest.mark.parametrize(
    ("endpoint", "method"), sorted(key for key in MATRIX if key[1] != "GET" and key not in WITHOUT_TOKEN)
)
def test_nothing_is_done_without_the_form_s_token(school_day: Standing, endpoint: str, method: str) -> None:
    entry = MATRIX[endpoint, method]
    body = {"json": entry.json} if entry.json is not None else {"data": dict(entry.form)}
    answer = school_day.browser("ben").open(
        entry.address(school_day.world), method=method, buffered=True, **body
    )
    assert answer.status_code == 400
    assert "too long" in answer.get_data(as_text=True)
