"""Every page for people who are signed in, with who opens it and where: what the bench measures, and what is counted.

A page without an entry here fails tests/demo/test_pages.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import Select, func, select

from lms.accounts.models import HERE, Cohort, Enrolment, Programme, ProgrammeStaff, Role, Track, User
from lms.accounts.security import start_session
from lms.admissions.application_models import Application
from lms.admissions.decision_models import Decision, Objection
from lms.admissions.interview_models import Interview
from lms.admissions.models import Round, RoundStatus
from lms.admissions.rating_models import Rating, RatingStatus
from lms.announcements.models import Announcement, Message
from lms.authoring.models import AuthoredCourse
from lms.core.db import db, utcnow
from lms.demo.school import SLUG
from lms.programmes.feeds import feed_of, feed_token, make_feed
from lms.programmes.models import ClassSession, SessionStatus
from lms.programmes.services import courses_of
from lms.reviews.models import DECIDED, Review, ReviewStatus
from lms.submissions.models import Submission

STUDENT, TEACHER, COORDINATOR, ADMIN = "student", "teacher", "coordinator", "admin"
CLASS = "/classes/{cohort}"
PROGRAMME = "/programmes/{programme}"
ROUND = "/rounds/{round}"
JUDGED = "/rounds/{judged}"
PERSON = f"{CLASS}/people/{{person}}"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as one kind of person opens it. `then` is a link in it that is followed first, as a pattern.

    `budget` is the 95th percentile of its server time, in milliseconds.
    """

    who: str
    path: str
    then: str = ""
    budget: int = 100


PAGES: Mapping[str, tuple[Page, ...]] = {
    "accounts.me": (Page(STUDENT, "/me"),),
    "accounts.cards": (Page(TEACHER, f"{CLASS}/cards"),),
    "accounts.ask_reset": (Page(TEACHER, f"{PERSON}/reset"),),
    "learning.courses": (Page(STUDENT, "/courses"),),
    "learning.course": (Page(STUDENT, "/courses/{course}"),),
    "learning.lesson": (Page(STUDENT, "/courses/{course}/{lesson}"),),
    "learning.exercise": (Page(STUDENT, "/courses/{course}/{lesson}/{exercise}"),),
    "submissions.show": (
        Page(STUDENT, "/submissions/{submission}"),
        Page(TEACHER, "/submissions/{submission}"),
    ),
    "programmes.classes": (
        Page(TEACHER, "/classes"),
        Page(COORDINATOR, "/classes"),
        Page(ADMIN, "/classes"),
        Page(ADMIN, "/classes?page=7"),
    ),
    "programmes.show_class": (Page(TEACHER, CLASS), Page(ADMIN, CLASS)),
    "programmes.show_person": (Page(TEACHER, PERSON),),
    "programmes.show_timetable": (Page(TEACHER, f"{CLASS}/timetable"),),
    "programmes.show_session": (Page(TEACHER, f"{CLASS}/sessions/{{session}}"),),
    "programmes.edit_cohort": (Page(COORDINATOR, f"{CLASS}/plan"),),
    "programmes.show_place": (Page(COORDINATOR, f"{PERSON}/place"),),
    "programmes.show_time": (Page(TEACHER, f"{PERSON}/time"),),
    "programmes.programmes": (Page(COORDINATOR, "/programmes"), Page(ADMIN, "/programmes")),
    "programmes.new_programme": (Page(ADMIN, "/programmes/new"),),
    "programmes.show_programme": (Page(COORDINATOR, PROGRAMME), Page(ADMIN, PROGRAMME)),
    "programmes.new_track": (Page(COORDINATOR, f"{PROGRAMME}/tracks/new"),),
    "programmes.edit_track": (Page(COORDINATOR, f"{PROGRAMME}/tracks/{{track}}"),),
    "programmes.new_cohort": (Page(COORDINATOR, f"{PROGRAMME}/classes/new"),),
    "programmes.my_week": (Page(STUDENT, "/week"), Page(TEACHER, "/week")),
    "programmes.calendar": (Page(STUDENT, "/calendar/{calendar}.ics"),),
    "gradebook.show_marks": (
        Page(TEACHER, f"{CLASS}/marks"),
        Page(TEACHER, f"{CLASS}/marks?late=1"),
        Page(COORDINATOR, f"{CLASS}/marks", r'href="([^"]*[?&;]after=[^"]+)"'),
    ),
    "gradebook.export_marks": (Page(COORDINATOR, f"{CLASS}/marks.csv"),),
    "board.show_class": (Page(TEACHER, f"{CLASS}/board"),),
    "board.show_stuck": (Page(TEACHER, f"{CLASS}/board/stuck"),),
    "board.show_talks": (Page(TEACHER, f"{PERSON}/talks"),),
    "board.my_talks": (Page(STUDENT, "/week/talks"),),
    "board.show_programme": (
        Page(COORDINATOR, f"{PROGRAMME}/board"),
        Page(COORDINATOR, f"{PROGRAMME}/board?standing=behind"),
        Page(ADMIN, f"{PROGRAMME}/board?page=3"),
    ),
    "board.show_rules": (Page(COORDINATOR, f"{PROGRAMME}/board/rules"),),
    "reviews.queue": (
        Page(TEACHER, "/reviews"),
        Page(COORDINATOR, "/reviews"),
        Page(ADMIN, "/reviews"),
        Page(ADMIN, "/reviews", r'href="(\?after=[^"]+)"'),
    ),
    "reviews.class_queue": (Page(TEACHER, f"{CLASS}/reviews"), Page(COORDINATOR, f"{CLASS}/reviews")),
    "reviews.show": (Page(TEACHER, "/reviews/{review}"),),
    "reviews.remarks": (Page(TEACHER, "/reviews/remarks"), Page(COORDINATOR, "/reviews/remarks")),
    "reviews.answers": (Page(STUDENT, "/answers"),),
    "reviews.answer": (Page(STUDENT, "/answers/{answer}"),),
    "announcements.messages": (
        Page(STUDENT, "/messages"),
        Page(TEACHER, "/messages"),
        Page(STUDENT, "/messages", r'href="([^"]*[?&;](?:page|after|before)=[^"]+)"'),
    ),
    "announcements.show_message": (Page(STUDENT, "/messages/{message}"),),
    "announcements.my_mail": (Page(STUDENT, "/me/mail"),),
    "announcements.class_announcements": (Page(TEACHER, f"{CLASS}/announcements"),),
    "announcements.class_write": (Page(TEACHER, f"{CLASS}/announcements/new"),),
    "announcements.class_announcement": (Page(TEACHER, f"{CLASS}/announcements/{{announcement}}"),),
    "announcements.class_edit": (Page(TEACHER, f"{CLASS}/announcements/{{announcement}}/edit"),),
    "announcements.programme_announcements": (Page(COORDINATOR, f"{PROGRAMME}/announcements"),),
    "announcements.programme_write": (Page(COORDINATOR, f"{PROGRAMME}/announcements/new"),),
    "announcements.programme_announcement": (Page(COORDINATOR, f"{PROGRAMME}/announcements/{{for_all}}"),),
    "announcements.programme_edit": (Page(COORDINATOR, f"{PROGRAMME}/announcements/{{for_all}}/edit"),),
    "referral.mine": (Page(STUDENT, "/referrals"),),
    "referral.new": (Page(STUDENT, "/referrals/new/{programme}"),),
    "referral.bring": (Page(STUDENT, "/referrals/bring"),),
    "referral.claim": (Page(STUDENT, "/referrals/claim"),),
    "referral.incoming": (Page(COORDINATOR, f"{PROGRAMME}/referrals"),),
    "referral.trusted_schools": (Page(COORDINATOR, f"{PROGRAMME}/schools"),),
    "referral.suggest": (Page(COORDINATOR, f"{PERSON}/referral"),),
    "attendance.show_attendance": (
        Page(TEACHER, f"{CLASS}/attendance"),
        Page(TEACHER, f"{CLASS}/attendance?page=2"),
    ),
    "attendance.show_list": (Page(TEACHER, f"{CLASS}/attendance/{{session}}"),),
    "attendance.show_hours": (
        Page(TEACHER, f"{CLASS}/hours"),
        Page(COORDINATOR, f"{CLASS}/hours?month={{month}}"),
    ),
    "attendance.export_hours": (Page(COORDINATOR, f"{CLASS}/hours.csv?month={{month}}"),),
    "attendance.show_sheet": (Page(TEACHER, f"{CLASS}/sheet"),),
    # Not a page but a document: reading its font and shaping names for paper takes most of the time.
    "attendance.download_sheet": (Page(TEACHER, f"{CLASS}/sheet.pdf", budget=200),),
    "admissions.programme_rounds": (Page(COORDINATOR, f"{PROGRAMME}/rounds"),),
    "admissions.new_round": (Page(COORDINATOR, f"{PROGRAMME}/rounds/new"),),
    "admissions.show_round": (Page(COORDINATOR, ROUND),),
    "admissions.edit_round": (Page(COORDINATOR, f"{ROUND}/plan"),),
    "admissions.edit_evidence": (Page(COORDINATOR, f"{ROUND}/evidence"),),
    "admissions.edit_criteria": (Page(COORDINATOR, f"{ROUND}/criteria"),),
    "admissions.new_criterion": (Page(COORDINATOR, f"{ROUND}/criteria/new"),),
    "admissions.edit_criterion": (Page(COORDINATOR, f"{ROUND}/criteria/{{criterion}}"),),
    "admissions.candidates": (
        Page(COORDINATOR, f"{ROUND}/candidates"),
        Page(COORDINATOR, f"{ROUND}/candidates", r'href="([^"]*\?after=[^"]+)"'),
    ),
    "admissions.show_candidate": (Page(COORDINATOR, f"{ROUND}/candidates/{{application}}"),),
    "admissions.edit_sheet": (Page(COORDINATOR, f"{ROUND}/candidates/{{application}}/sheet"),),
    "admissions.raters": (Page(COORDINATOR, f"{JUDGED}/raters"),),
    "admissions.examples": (Page(COORDINATOR, f"{JUDGED}/examples"),),
    "admissions.new_example": (Page(COORDINATOR, f"{JUDGED}/examples/new"),),
    "admissions.edit_example": (Page(COORDINATOR, f"{JUDGED}/examples/0"),),
    "admissions.interviews": (Page(COORDINATOR, f"{JUDGED}/interviews"),),
    "admissions.decisions": (
        Page(COORDINATOR, f"{JUDGED}/decisions"),
        Page(COORDINATOR, f"{JUDGED}/decisions?show=later"),
        Page(COORDINATOR, f"{JUDGED}/decisions", r'href="([^"]*[?&;]after=[^"]+)"'),
    ),
    "admissions.decide": (Page(COORDINATOR, f"{JUDGED}/candidates/{{told}}/decision"),),
    "admissions.second_look": (Page(COORDINATOR, f"{JUDGED}/second-looks/{{objection}}"),),
    "admissions.show_fairness": (Page(COORDINATOR, f"{JUDGED}/fairness"),),
    "admissions.letters": (Page(COORDINATOR, f"{PROGRAMME}/letters"),),
    "admissions.edit_letter": (Page(COORDINATOR, f"{PROGRAMME}/letters/offer/ar"),),
    "admissions.ratings": (Page(TEACHER, "/ratings"),),
    "admissions.rate": (Page(TEACHER, "/ratings/{rating}"),),
    "admissions.example": (Page(TEACHER, "/ratings/rounds/{rated}/examples/0"),),
    "admissions.talks": (Page(TEACHER, "/talks"),),
    "admissions.talk": (Page(COORDINATOR, "/talks/{talked}"),),
    "admissions.my_talk": (Page(STUDENT, "/applications/{hers}/talk"),),
    "admissions.letter": (Page(STUDENT, "/letters/{letter}"),),
    "admissions.class_help": (Page(TEACHER, f"{CLASS}/help"),),
    "admissions.apply": (Page(STUDENT, "/apply"), Page(TEACHER, "/apply")),
    "admissions.published": (Page(STUDENT, "/apply/{applied}"),),
    "admissions.show_application": (Page(STUDENT, "/applications/{application}"),),
    "authoring.statistics": (Page(ADMIN, "/authoring/{authored}/statistics"),),
    "authoring.exercise_statistics": (Page(ADMIN, "/authoring/{authored}/statistics/{lesson}/{exercise}"),),
    "admissions.edit_application": (Page(STUDENT, "/applications/{application}/why"),),
}
# What is no page of a person who is signed in, each with its reason.
NOT_MEASURED: Mapping[str, str] = {
    "core.static_file": "a file",
    "core.healthz": "for machines",
    "authoring": "but for its statistics the same whatever the classes: held to its queries in tests/authoring",
    "submissions.sandbox_health": "for machines; it asks the sandbox",
    "submissions.events": "a stream that waits for a verdict",
    "learning.picture": "a file",
    "accounts.index": "sends on to another page",
    "accounts.join": "for who is not signed in",
    "accounts.join_name": "for who is not signed in",
    "accounts.sign_in": "for who is not signed in",
    "accounts.card": "for who is not signed in",
    "accounts.people": "the list of a device",
    "announcements.stop_mail": "for who is not signed in",
    "announcements.confirm_mail": "for who is not signed in",
    "referral.keys": "for machines",
    "referral.withdrawn": "for machines",
    "referral.verify": "for who is not signed in",
    "referral.verified": "for who is not signed in",
    "referral.verified_file": "for who is not signed in",
    # Every other page of these features.
    "referral": "one person's referral: its size has nothing to do with the school's",
    "admissions.export_fairness": "a file, made once when the round is over",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A class with somebody of each kind, and what addresses are made of; not everything is there in each class."""

    people: Mapping[str, int]
    values: Mapping[str, str]

    def address(self, page: Page) -> str | None:
        """Where this page is for this class; None where it has nothing of the kind, or nobody to ask."""
        if page.who not in self.people or not set(re.findall(r"{(\w+)}", page.path)) <= self.values.keys():
            return None
        return page.path.format(**self.values)


def get_routes(app: Flask) -> set[str]:
    """The endpoints of everything that can be read."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}


def missing_pages(app: Flask) -> list[str]:
    """What can be read and has no entry here."""
    return sorted(
        endpoint
        for endpoint in get_routes(app)
        if endpoint not in PAGES and not {endpoint, endpoint.partition(".")[0]} & NOT_MEASURED.keys()
    )


def sign_in_as(app: Flask, user_id: int) -> FlaskClient:
    """A browser in which this person is signed in; she needs no secret for it."""
    client = app.test_client()
    with app.test_request_context():
        start_session(db.session.get_one(User, user_id))
        db.session.commit()
        opened = dict(session)
    with client.session_transaction() as kept:
        kept.update(opened)
    return client


def spots(seed: int, number: int) -> list[Spot]:
    """Classes of the large school drawn at random, in each somebody: so many places to look at pages from."""
    random = Random(seed)  # noqa: S311  (nothing to guess)
    classes = (
        select(Cohort.id).join(Programme).where(Programme.slug.startswith(f"{SLUG}-")).order_by(Cohort.id)
    )
    planned = db.session.scalars(classes).all()
    return [_spot(db.session.get_one(Cohort, random.choice(planned)), random) for _ in range(number)]


def _spot(cohort: Cohort, random: Random) -> Spot:
    student = random.choice(
        db.session.scalars(_of_class(cohort, Role.STUDENT).where(Enrolment.status.in_(HERE))).all()
    )
    people = {
        STUDENT: student,
        TEACHER: db.session.scalar(_of_class(cohort, Role.INSTRUCTOR)),
        COORDINATOR: db.session.scalar(
            select(ProgrammeStaff.user_id).where(ProgrammeStaff.programme_id == cohort.programme_id)
        ),
        ADMIN: db.session.scalar(select(User.id).where(User.is_admin)),
    }
    values = {
        **_of_plan(cohort, random),
        **_of_work(cohort, student, random),
        **_told(cohort, student),
        **_applied(cohort, student),
        **_judged(cohort, student, people[TEACHER]),
    }
    return Spot(
        {who: one for who, one in people.items() if one is not None},
        {name: str(one) for name, one in values.items() if one is not None},
    )


def _of_class(cohort: Cohort, role: Role) -> Select[int]:
    return (
        select(Enrolment.user_id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == role)
        .order_by("id")
    )


def _of_plan(cohort: Cohort, random: Random) -> dict[str, Any]:
    course = random.choice(courses_of(cohort))
    asking = random.choice([lesson for lesson in course.lessons if lesson.exercises] or [course.lessons[0]])
    past = (
        select(ClassSession.public_id)
        .where(
            ClassSession.cohort_id == cohort.id,
            ClassSession.starts_at < utcnow(),
            ClassSession.status != SessionStatus.CANCELLED,
        )
        .order_by(ClassSession.starts_at.desc())
    )
    return {
        "authored": db.session.scalar(
            select(AuthoredCourse.public_id).where(AuthoredCourse.slug == course.slug)
        ),
        "cohort": cohort.public_id,
        "programme": db.session.scalar(select(Programme.slug).where(Programme.id == cohort.programme_id)),
        "track": db.session.scalar(select(Track.public_id).where(Track.id == cohort.track_id)),
        "session": db.session.scalar(past.limit(1)),
        "month": f"{utcnow() - timedelta(days=35):%Y-%m}",
        "course": course.slug,
        "lesson": asking.slug,
        "exercise": random.choice(asking.exercises).slug if asking.exercises else None,
    }


def _of_work(cohort: Cohort, student: int, random: Random) -> dict[str, Any]:
    waiting = select(Review.public_id).where(
        Review.cohort_id == cohort.id, Review.status == ReviewStatus.WAITING
    )
    answered = select(Review.public_id).where(Review.user_id == student, Review.status.in_(DECIDED))
    handed_in = select(Submission.public_id).where(Submission.user_id == student)
    many = db.session.scalar(select(func.count()).select_from(handed_in.subquery())) or 0
    who = db.session.get_one(User, student)
    feed = feed_of(who) or make_feed(who)
    db.session.commit()
    return {
        "person": db.session.scalar(select(User.public_id).where(User.id == student)),
        "submission": db.session.scalar(handed_in.offset(random.randrange(many)).limit(1)) if many else None,
        "review": db.session.scalar(waiting.limit(1)),
        "answer": db.session.scalar(answered.limit(1)),
        "calendar": feed_token(feed),
    }


def _told(cohort: Cohort, student: int) -> dict[str, Any]:
    told = (
        select(Announcement.public_id)
        .where(Announcement.withdrawn_at.is_(None))
        .order_by(Announcement.id.desc())
    )
    to_all = told.where(Announcement.programme_id == cohort.programme_id, Announcement.cohort_id.is_(None))
    # One that she has read: the first reading is written down.
    read = (Message.read_at.is_not(None), Message.hidden_from > utcnow())
    message = select(Message.public_id).where(Message.user_id == student, *read)
    return {
        "announcement": db.session.scalar(told.where(Announcement.cohort_id == cohort.id).limit(1)),
        "for_all": db.session.scalar(to_all.limit(1)),
        "message": db.session.scalar(message.order_by(Message.id.desc()).limit(1)),
    }


def _applied(cohort: Cohort, student: int) -> dict[str, Any]:
    screening = db.session.scalar(
        select(Round).where(Round.programme_id == cohort.programme_id, Round.status == RoundStatus.OPEN)
    )
    hers = db.session.scalar(
        select(Application)
        .join(Round)
        .where(Application.user_id == student, Round.status == RoundStatus.OPEN)
    )
    return {
        "round": screening.public_id if screening else None,
        "criterion": screening.criteria[0].id if screening else None,
        "applied": screening.public_id if screening and hers else None,
        "application": hers.public_id if hers else None,
    }


def _judged(cohort: Cohort, student: int, teacher: int | None) -> dict[str, Any]:
    """What there is of the programme's round that is decided: for coordinators, its raters and its candidates."""
    of_it = (Round.programme_id == cohort.programme_id, Round.status == RoundStatus.CLOSED)
    applied = select(Application.public_id).join(Round, Round.id == Application.round_id).where(*of_it)
    letters = select(Decision.public_id).join(Application, Application.id == Decision.application_id)
    rated = select(Rating).where(Rating.rater_id == teacher, Rating.status == RatingStatus.ASKED)
    rating = db.session.scalar(rated.limit(1))
    talks = applied.join(Interview, Interview.application_id == Application.id)
    return {
        "judged": db.session.scalar(select(Round.public_id).where(*of_it)),
        "told": db.session.scalar(applied.limit(1)),
        "objection": db.session.scalar(
            select(Objection.public_id)
            .join(Application, Application.id == Objection.application_id)
            .join(Round, Round.id == Application.round_id)
            .where(*of_it)
        ),
        "rating": rating.public_id if rating else None,
        "rated": db.session.get_one(Round, rating.round_id).public_id if rating else None,
        "talked": db.session.scalar(talks.limit(1)),
        "hers": db.session.scalar(talks.where(Application.user_id == student).limit(1)),
        "letter": db.session.scalar(letters.where(Application.user_id == student).limit(1)),
    }
