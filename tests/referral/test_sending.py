"""She chooses what goes along, sees exactly that, and takes it back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts.models import Cohort, Programme, User
from lms.attendance.models import Attendance, Presence
from lms.catalog.model import Course
from lms.catalog.services import get_course
from lms.core.db import db, utcnow
from lms.learning.models import LessonVisit, QuizAnswer
from lms.programmes.calendars import sessions_of
from lms.referral import envelope, services
from lms.referral.content import Answers, AttendanceSummary, Content
from lms.referral.credential import read
from lms.referral.models import ImportStatus, Referral, ReferralStatus
from lms.referral.retention import erase_what_is_over
from lms.reviews.models import Review
from lms.submissions.models import Submission
from tests.factories import COURSE, plan_class
from tests.referral.conftest import (
    STATEMENT,
    Site,
    choices,
    draft,
    only_import,
    only_referral,
    passed,
    queries,
    sign,
    signed,
)

RECEIVER = "https://bootcamp.example/programmes/bootcamp"


def test_only_what_she_ticked_is_in_it(here: Site) -> None:
    package = signed(here, RECEIVER, chosen=[], statement="Only these words.")
    payload = envelope.read(package).payload
    assert payload["credentialSubject"] == {"type": "Learner", "statement": "Only these words."}
    assert "Ben" not in str(payload)


def test_everything_that_she_ticked_is_in_it(here: Site) -> None:
    found = read(envelope.read(signed(here, RECEIVER)).payload)
    assert found.content.name == "Ben"
    (course,) = found.content.courses
    assert len(course.steps) == 3
    assert course.steps[0].passed_on == (utcnow() - timedelta(days=2)).date()
    assert found.terms.receiver == RECEIVER
    assert found.terms.receiver_name == "The other school"
    assert found.content.statement == STATEMENT


def test_it_is_a_credential_of_the_data_model(here: Site) -> None:
    package = signed(here, RECEIVER)
    payload = envelope.read(package).payload
    assert payload["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert payload["type"][0] == "VerifiableCredential"
    assert payload["issuer"]["id"] == payload["iss"] == "http://evening.example"
    assert payload["credentialStatus"]["type"] == "BitstringStatusListEntry"
    assert payload["jti"] == payload["id"]


def test_the_page_shows_every_word_that_will_be_signed(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    page = visitor.page(path)
    with here.inside():
        content = only_referral(here).content
    for step in content["courses"][0]["steps"]:
        assert step["title"] in page
        assert step["lesson"] in page
    for words in ("Ben", STATEMENT, RECEIVER, "The other school", "To apply for a place"):
        assert words in page


def test_nothing_is_signed_that_she_has_not_seen(here: Site) -> None:
    """Two tabs: what she looks at is not what the other tab has laid down since."""
    visitor, path = draft(here, RECEIVER)
    version = re.search(r'name="version" value="(\d+)"', visitor.page(path))
    assert version is not None
    other_tab = visitor.post(f"{path}/edit", **choices(here, RECEIVER, statement="Something else"))
    assert other_tab.status_code == 303
    answer = visitor.post(f"{path}/sign", version=version[1])
    assert answer.status_code == 409
    assert "Read it again" in answer.get_data(as_text=True)
    with here.inside():
        assert only_referral(here).status == ReferralStatus.DRAFT


def test_work_done_after_she_looked_is_not_in_it(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    with here.inside():
        ben = here.person("Ben")
        passed(ben, ben.enrolments[0].cohort, 6)
    found = read(envelope.read(sign(visitor, path)).payload)
    assert len(found.content.courses[0].steps) == 3


def test_signing_twice_signs_once(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    first = sign(visitor, path)
    assert visitor.post(f"{path}/sign", version="1").status_code == 409
    assert visitor.page(f"{path}/file") == first


def test_what_is_signed_cannot_be_edited(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    sign(visitor, path)
    visitor.page(f"{path}/edit", 404)
    assert visitor.post(f"{path}/edit", **choices(here, RECEIVER)).status_code == 404
    assert visitor.post(f"{path}/remove").status_code == 303
    visitor.page(f"{path}/file")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"chosen": [], "statement": " "}, "Choose at least one thing"),
        ({"address": "school"}, "Write the address that the other school gave you"),
        ({"address": "javascript:alert(1)"}, "Write the address that the other school gave you"),
        ({"receiver_name": ""}, "Please fill this in."),
        ({"purpose": "marketing"}, "Not a valid choice"),
        ({"chosen": [f"steps:{COURSE}-other"]}, "valid choice"),
        ({"statement": "x" * 3001}, "Use at most 3,000 characters."),
    ],
)
def test_a_form_that_cannot_stand_says_why_and_loses_nothing(
    here: Site, wrong: dict[str, object], sentence: str
) -> None:
    answer = here.browser("Ben").post(
        f"/referrals/new/{here.slug}", **choices(here, RECEIVER, **{"statement": "Keep me", **wrong})
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert str(wrong.get("statement", "Keep me")).strip() in page


def test_a_coordinator_suggests_and_she_decides(here: Site) -> None:
    with here.inside():
        ben = here.person("Ben")
        place = f"/classes/{ben.enrolments[0].cohort.public_id}/people/{ben.public_id}/referral"
    form = {"receiver": "", "receiver_name": "Bootcamp", "address": RECEIVER, "message": "You are ready."}
    cora = here.browser("Cora")
    assert "decides" in cora.page(place)
    assert cora.post(place, **{**form, "address": "?"}).status_code == 422
    assert cora.post(place, **form).status_code == 303
    with here.inside():
        referral = only_referral(here)
        path, content = f"/referrals/{referral.public_id}", referral.content
    assert content == {}
    ben_s = here.browser("Ben")
    assert "You are ready." in ben_s.page(path)
    assert RECEIVER in ben_s.page(f"{path}/edit")
    assert ben_s.post(f"{path}/sign", version="1").status_code == 409
    assert ben_s.post(f"{path}/edit", **choices(here, RECEIVER)).status_code == 303
    sign(ben_s, path)


def test_she_says_no_to_a_suggestion(here: Site) -> None:
    with here.inside():
        ben = here.person("Ben")
        programme = db.session.scalars(select(Programme)).first()
        assert programme is not None
        services.suggest(
            ben, programme, here.person("Cora"), receiver=RECEIVER, receiver_name="B", message=""
        )
        db.session.commit()
        path = f"/referrals/{only_referral(here).public_id}"
    assert here.browser("Ben").post(f"{path}/remove").status_code == 303
    with here.inside():
        assert only_referral(here).status == ReferralStatus.DECLINED


def test_a_draft_goes_without_a_trace(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    visitor.post(f"{path}/remove")
    visitor.page(path, 404)


def test_withdrawn_in_one_tap_at_both_programmes_of_the_site(here: Site) -> None:
    """Programmes of one site need no key compared and no list: it is withdrawn there at the same moment."""
    with here.inside():
        olga = here.person("Olga").enrolments[0].cohort.programme
        slug = olga.slug
    visitor, path = draft(here, "", receiver=f"here:{slug}")
    package = sign(visitor, path)
    answer = here.browser("Olga").send_file(f"/programmes/{slug}/referrals", package, purpose="admission")
    assert answer.status_code == 303
    assert visitor.post(f"{path}/withdraw").status_code == 303
    with here.inside():
        imported = only_import(here)
        assert imported.status == ImportStatus.WITHDRAWN
        assert imported.content == {}
        assert only_referral(here).content == {}
    visitor.page(f"{path}/file", 404)
    again = here.browser("Olga").send_file(f"/programmes/{slug}/referrals", package, purpose="admission")
    assert "withdrawn" in again.get_data(as_text=True)


def test_she_cannot_have_more_than_anybody_needs(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_OPEN", 1)
    draft(here, RECEIVER)
    answer = here.browser("Ben").post(f"/referrals/new/{here.slug}", **choices(here, RECEIVER))
    assert answer.status_code == 429
    assert "many referrals already" in answer.get_data(as_text=True)


def test_what_is_over_is_erased(here: Site) -> None:
    signed(here, RECEIVER)
    draft(here, RECEIVER)
    with here.inside():
        erase_what_is_over(utcnow() + timedelta(days=31))
        db.session.commit()
        (left,) = db.session.scalars(select(Referral)).all()
        assert left.status == ReferralStatus.SIGNED
        erase_what_is_over(utcnow() + timedelta(days=92))
        db.session.commit()
        assert only_referral(here).status == ReferralStatus.EXPIRED
        assert (only_referral(here).token, only_referral(here).content) == ("", {})
        erase_what_is_over(utcnow() + timedelta(days=92 + 366))
        db.session.commit()
        assert db.session.scalars(select(Referral)).all() == []


def test_an_expired_one_is_not_given_out_before_it_is_erased(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    sign(visitor, path)
    with here.inside():
        only_referral(here).valid_until = utcnow() - timedelta(seconds=1)
        db.session.commit()
    visitor.page(f"{path}/file", 404)


def test_the_printed_page_is_in_both_languages(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    sign(visitor, path)
    visitor.post(f"{path}/page", action="open")
    page = visitor.page(f"{path}/print")
    assert 'class="card document stack" lang="en" dir="ltr"' in page
    assert 'class="card document stack" lang="ar" dir="rtl"' in page
    assert "data:image/svg+xml" in page


def test_her_list_costs_the_same_queries_whatever_its_length(here: Site) -> None:
    visitor, path = draft(here, RECEIVER)
    sign(visitor, path)
    few = queries(here, "/referrals", "Ben")
    for _ in range(4):
        visitor, path = draft(here, RECEIVER)
        sign(visitor, path)
    assert queries(here, "/referrals", "Ben") == few


def test_attendance_goes_along_when_she_wants_it(here: Site) -> None:
    with here.inside():
        ben = here.person("Ben")
        cohort = plan_class(ben.enrolments[0].cohort)
        held = list(db.session.scalars(sessions_of(cohort)))[:3]
        records = ((Presence.PRESENT, 120), (Presence.LATE, 90), (Presence.ABSENT, 0))
        for days, (session, (status, minutes)) in enumerate(zip(held, records, strict=True), start=1):
            session.starts_at = utcnow() - timedelta(days=days)
            db.session.add(Attendance(session_id=session.id, user_id=ben.id, status=status, minutes=minutes))
        db.session.commit()
        key, name = f"attendance:{cohort.public_id}", cohort.name
    found = read(envelope.read(signed(here, RECEIVER, chosen=[key], statement="")).payload)
    assert found.content == Content(attendance=(AttendanceSummary(name, 2, 3, 210),))


def test_a_course_in_which_something_is_left_to_do_has_no_certificate(here: Site) -> None:
    page = here.browser("Ben").page(f"/referrals/new/{here.slug}")
    assert f"steps:{COURSE}" in page
    assert f"certificate:{COURSE}" not in page


def test_a_finished_course_can_be_shown(here: Site) -> None:
    with here.inside():
        ben = here.person("Ben")
        course = get_course(here.app.config["COURSES_DIR"], COURSE)
        assert course is not None
        finish(ben, ben.enrolments[0].cohort, course)
    chosen = [f"certificate:{COURSE}", f"answers:{COURSE}"]
    found = read(envelope.read(signed(here, RECEIVER, chosen=chosen)).payload)
    (certificate,) = found.content.certificates
    questions = sum(len(lesson.quizzes) for lesson in course.lessons)
    assert found.content.answers == (Answers(course.title, questions, questions),)
    assert (certificate.course, certificate.hours) == (course.title, round(course.hours))


def test_marks_go_along_only_if_she_chooses_them_and_say_neither_late_nor_tries(here: Site) -> None:
    with here.inside():
        ben = here.person("Ben")
        cohort = ben.enrolments[0].cohort
        course = get_course(here.app.config["COURSES_DIR"], COURSE)
        assert course is not None
        finish(ben, cohort, course)
        key, name = f"marks:{cohort.public_id}:{COURSE}", cohort.name
    page = here.browser("Ben").page(f"/referrals/new/{here.slug}")
    assert key in page
    assert "from the class" in page
    found = read(envelope.read(signed(here, RECEIVER, chosen=[key], statement="")).payload)
    (marks,) = found.content.marks
    assert found.content == Content(marks=(marks,)), "and nothing else"
    assert (marks.course, marks.class_name) == (course.title, name)
    first = marks.lessons[0]
    assert (first.passed, first.right) == (first.exercises, first.questions)
    without = read(envelope.read(signed(here, RECEIVER, chosen=["name"], statement="")).payload)
    assert without.content.marks == ()


def test_what_a_person_is_still_to_read_is_not_passed(here: Site) -> None:
    with here.inside():
        ben = here.person("Ben")
        newest = db.session.scalars(select(Submission).order_by(Submission.id.desc())).first()
        assert newest is not None
        db.session.add(
            Review(
                submission_id=newest.id,
                user_id=ben.id,
                cohort_id=newest.cohort_id,
                exercise_key=newest.exercise_key,
                attempt=1,
                waiting_since=newest.received_at,
            )
        )
        db.session.commit()
    found = read(envelope.read(signed(here, RECEIVER)).payload)
    assert len(found.content.courses[0].steps) == 2


def finish(user: User, cohort: Cohort, course: Course) -> None:
    """Everything in a course done."""
    passed(user, cohort, len(list(course.exercises)))
    for lesson in course.lessons:
        db.session.add(LessonVisit(user_id=user.id, lesson_key=lesson.key))
        db.session.add_all(
            QuizAnswer(
                user_id=user.id,
                lesson_key=lesson.key,
                quiz_id=quiz.id,
                answer={},
                ever_right=True,
                right=True,
            )
            for quiz in lesson.quizzes
        )
    db.session.commit()
