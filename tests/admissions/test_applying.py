"""Applying: step by step, in two tabs, until the closing date; and what a candidate may know."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms.accounts.models import Enrolment, EnrolmentStatus
from lms.admissions import applications, tasks
from lms.admissions.application_models import (
    Application,
    ApplicationNeeds,
    ApplicationStatus,
    FairnessAnswer,
    ScreeningTask,
)
from lms.admissions.decision_models import Decision, DecisionKind
from lms.admissions.models import RoundStage, RoundStatus, Stage
from lms.core.db import db, utcnow
from lms.submissions.models import Submission
from tests.admissions.conftest import POOL, apply, browser, make_round, set_row, text
from tests.factories import csrf_token, post

STEPS = {
    "why": {"motivation": "أريد أن أتعلم البرمجة", "motivation_language": "ar"},
    "when": {"hours_per_week": "٢٠", "availability": ["weekday_evenings", "saturdays"]},
    "language": {"language_level": "B1"},
    "needs": {"laptop": "y", "childcare": "y", "other": "Not on Friday"},
    "fairness": {"gender": "rather_not", "care": "yes", "language": "ar"},
}


def mine() -> Application:
    return db.session.scalars(select(Application)).one()


def save(client, step, fields=None, **more):
    application = mine()
    path = f"/applications/{application.public_id}/{step}"
    form = {"version": str(application.version), "action": "next", **(fields or STEPS[step]), **more}
    return post(client, path, form, form=path)


def change(client, action, **more):
    application = mine()
    path = f"/applications/{application.public_id}"
    return post(client, path, {"action": action, "version": str(application.version), **more}, form="/apply")


def test_the_whole_way_with_scripts_off(school, screening, ben):
    page = text(ben.get(f"/apply/{screening.public_id}"))
    assert "About the class (en)." in page
    assert "Goes on (en)" in page
    assert post(ben, f"/apply/{screening.public_id}", form="/apply").status_code == 303
    for step, after in zip(STEPS, [*list(STEPS)[1:], None], strict=True):
        answer = save(ben, step)
        assert answer.status_code == 303, text(answer)
        assert answer.location.endswith(f"/{after}" if after else mine().public_id)
    application = mine()
    assert application.status == ApplicationStatus.DRAFT
    assert (application.motivation_language, application.hours_per_week) == ("ar", 20)
    assert application.availability == ["weekday_evenings", "saturdays"]
    needs = db.session.get(ApplicationNeeds, application.id)
    assert (needs.laptop, needs.internet, needs.childcare) == (True, False, True)
    answers = dict(db.session.execute(select(FairnessAnswer.question, FairnessAnswer.answer)).all())
    assert answers == {"gender": "rather_not", "care": "yes", "language": "ar"}
    assert change(ben, "submit").status_code == 303
    assert mine().status == ApplicationStatus.SUBMITTED
    page = text(ben.get(f"/applications/{application.public_id}"))
    assert "You can still change it until the closing date" in page
    assert "Do your tasks" in page
    assert db.session.scalar(select(func.count()).select_from(ScreeningTask)) == 3


def test_the_published_words_come_in_her_language(screening, ben):
    page = text(ben.get(f"/apply/{screening.public_id}", headers={"Accept-Language": "ar"}))
    assert "About the class (ar)." in page
    assert "Goes on (ar)" in page
    # A language that the round does not have: the one raters read, not the first by chance.
    assert "About the class (en)." in text(
        ben.get(f"/apply/{screening.public_id}", headers={"Accept-Language": "uk"})
    )


def test_a_second_click_begins_nothing_anew(school, screening, ben):
    for _ in range(2):
        assert post(ben, f"/apply/{screening.public_id}", form="/apply").status_code == 303
    first = applications.begin(school.ben, screening)
    assert applications.begin(school.ben, screening).id == first.id == mine().id


def test_it_is_not_sent_in_before_all_is_there(school, screening, ben):
    apply(screening, school.ben, submit=False, motivation="", language_level=None)
    answer = change(ben, "submit")
    assert answer.status_code == 422
    assert text(answer).count("Still missing.") == 2
    assert mine().status == ApplicationStatus.DRAFT


def test_who_would_rather_talk_need_not_write(school, screening, ben):
    apply(screening, school.ben, submit=False, motivation="")
    assert save(ben, "why", {"motivation": "", "talk_instead": "y"}).status_code == 303
    assert change(ben, "submit").status_code == 303
    assert mine().status == ApplicationStatus.SUBMITTED


def test_an_old_tab_overwrites_nothing_and_loses_nothing(school, screening, ben):
    apply(screening, school.ben, submit=False, motivation="")
    old = mine().version
    assert (
        save(ben, "why", {"motivation": "From the first tab", "motivation_language": "en"}).status_code == 303
    )
    answer = save(
        ben, "why", {"motivation": "From the second tab", "motivation_language": "en"}, version=str(old)
    )
    assert answer.status_code == 409
    page = text(answer)
    assert "From the second tab</textarea>" in page.replace("\r\n", "")
    assert "From the first tab" in page
    assert mine().motivation == "From the first tab"
    # The page that came back can be saved: that is a choice now.
    assert f'name="version" type="hidden" value="{mine().version}"' in page


def test_the_script_saves_and_is_told_the_version(school, screening, ben):
    application = apply(screening, school.ben, submit=False)
    path = f"/applications/{application.public_id}/why"
    token = csrf_token(ben, path)
    sent = {"version": "1", "motivation": "A word more", "motivation_language": "en"}
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    answer = ben.post(path, data={**sent, "version": str(mine().version)}, headers=headers)
    assert answer.get_json() == {"version": mine().version}
    other = {**sent, "motivation": "Another word"}
    conflict = ben.post(path, data=other, headers=headers)
    assert (conflict.status_code, conflict.get_json()["error"]) == (409, "application_conflict")
    assert mine().motivation == "A word more"


def test_the_same_answers_again_are_no_conflict(school, screening, ben):
    """The answer to the script was lost on the way: it sends them again with the version that it knows."""
    apply(screening, school.ben, submit=False, motivation="")
    old = str(mine().version)
    words = {"motivation": "One word", "motivation_language": "en"}
    assert save(ben, "why", words, version=old).status_code == 303
    kept = mine().version
    assert save(ben, "why", words, version=old).status_code == 303
    assert mine().version == kept
    assert save(ben, "why", {**words, "talk_instead": "y"}, version=old).status_code == 409


@pytest.mark.parametrize("how", ["date", "closed", "before"])
def test_after_the_closing_date_nothing_changes_and_nothing_typed_is_lost(school, screening, ben, how):
    apply(screening, school.ben)
    now = utcnow()
    set_row(
        screening,
        **{
            "date": {"closes_at": now - timedelta(seconds=1)},
            "closed": {"status": RoundStatus.CLOSED},
            "before": {"opens_at": now + timedelta(hours=1)},
        }[how],
    )
    answer = save(ben, "why", {"motivation": "One word too late", "motivation_language": "en"})
    assert answer.status_code == 409
    assert "One word too late" in text(answer)
    assert mine().motivation != "One word too late"
    # Taking it back is always possible.
    assert change(ben, "withdraw").status_code == 303
    assert mine().status == ApplicationStatus.WITHDRAWN


def test_taken_back_and_begun_again(school, screening, ben):
    apply(screening, school.ben)
    assert change(ben, "withdraw").status_code == 303
    assert "Nobody reads it" in text(ben.get(f"/applications/{mine().public_id}"))
    assert save(ben, "why").status_code == 409
    assert post(ben, f"/apply/{screening.public_id}", form="/apply").status_code == 303
    assert mine().status == ApplicationStatus.DRAFT
    assert change(ben, "submit").status_code == 303
    # The tasks are those of the first time: nobody draws again until she likes what she gets.
    assert db.session.scalar(select(func.count()).select_from(ScreeningTask)) == 3


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("when", {"hours_per_week": "200"}, "Write a number from 0 to 80."),
        ("when", {"hours_per_week": "some"}, "Write a whole number."),
        ("why", {"motivation": "x" * 3001}, "at most 3000 characters"),
        ("needs", {"other": "y" * 501}, "at most 500 characters"),
    ],
)
def test_bad_input_is_told_beside_the_field(screening, ben, step, fields, sentence):
    assert post(ben, f"/apply/{screening.public_id}", form="/apply").status_code == 303
    answer = save(ben, step, fields)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert next(iter(fields.values()))[:50] in text(answer)


def test_partners_apply_only_where_the_round_says_so(app, school):
    closed = make_round(school.beside)
    cleo = browser(app, school.cleo)
    assert cleo.get(f"/apply/{closed.public_id}").status_code == 404
    assert "no class to apply for" in text(cleo.get("/apply"))
    opened = make_round(school.beside, open_to_partners=True)
    assert cleo.get(f"/apply/{opened.public_id}").status_code == 200
    assert post(cleo, f"/apply/{opened.public_id}", form="/apply").status_code == 303
    assert mine().from_cohort_id == school.other.id


def test_who_is_in_the_class_or_has_left_does_not_apply(app, school, screening):
    db.session.execute(
        update(Enrolment).where(Enrolment.user_id == school.ben.id).values(status=EnrolmentStatus.WITHDRAWN)
    )
    db.session.execute(
        update(Enrolment).where(Enrolment.user_id == school.dina.id).values(cohort_id=school.beside.id)
    )
    db.session.commit()
    for person in (school.ben, school.dina):
        assert not applications.is_for(person, screening)
        assert applications.open_rounds(person) == []


def test_a_draft_of_a_round_is_nobodys_to_see(app, school, ben):
    draft = make_round(school.beside, draft=True)
    assert ben.get(f"/apply/{draft.public_id}").status_code == 404
    assert "no class to apply for" in text(ben.get("/apply"))


def test_nothing_about_a_decision_shows_before_it_is_released(school, screening, ben):
    application = apply(screening, school.ben)
    set_row(screening, status=RoundStatus.CLOSED)
    path = f"/applications/{application.public_id}"
    before = {page: text(ben.get(page)) for page in (path, "/apply", f"/apply/{screening.public_id}")}
    db.session.add(
        Decision(
            round_id=screening.id, application_id=application.id, kind=DecisionKind.WAITING,
            reason="CANARY reason", reason_language="en", waiting_rank=1,
        )
    )  # fmt: skip
    set_row(screening, waiting_given=1, seats_given=2)
    for page, seen in before.items():
        assert strip_tokens(text(ben.get(page))) == strip_tokens(seen), page


def strip_tokens(page: str) -> str:
    return re.sub(r'(csrf_token" value=|csrf-token" content=)"[^"]*"', "", page)


def test_tasks_open_in_their_days_and_count_until_the_last(app, school, screening, ben):
    application = apply(screening, school.ben)
    drawn = tasks.tasks_of([application.id])[application.id]
    mine_key = drawn[0]
    other = next(key for row in tasks.pool_of(screening) for key in row if key not in drawn)
    page = f"/courses/{mine_key}"
    assert mine_key.startswith(POOL)
    assert ben.get(page).status_code == 200
    assert "Back to the lesson" not in text(ben.get(page))
    # The rest of the pool stays closed, and so does the course; and nobody else's tasks are hers.
    assert ben.get(f"/courses/{other}").status_code == 404
    assert ben.get(f"/courses/{POOL}").status_code == 404
    assert browser(app, school.dina).get(page).status_code == 404
    form = {"client_key": "k" * 20, "code": "console.log(1)"}
    assert post(ben, f"{page}/submissions", form, form=page).status_code == 303
    handed_in = db.session.scalars(select(Submission)).one()
    assert handed_in.cohort_id == screening.cohort_id
    _move_window(screening, -5)
    late = post(ben, f"{page}/submissions", {**form, "client_key": "l" * 20}, form=page)
    assert late.status_code == 409
    assert "What you handed in before counts" in text(late)
    assert ben.get(page).status_code == 200
    _move_window(screening, 5)
    assert ben.get(page).status_code == 404
    assert "Your tasks open on" in text(ben.get(f"/applications/{application.public_id}"))


def _move_window(screening, days: int) -> None:
    now = utcnow()
    begins, ends = (now + timedelta(days=days), now + timedelta(days=days + 3)) if days > 0 else (
        now - timedelta(days=5), now - timedelta(minutes=1),
    )  # fmt: skip
    db.session.execute(
        update(RoundStage)
        .where(RoundStage.round_id == screening.id, RoundStage.stage == Stage.TASK)
        .values(begins_at=begins, ends_at=ends)
    )
    db.session.commit()


def test_two_candidates_have_sets_of_the_same_shape(school, screening):
    drawn = [tasks.tasks_of([apply(screening, person).id]) for person in (school.ben, school.dina)]
    lessons = [sorted(key.rpartition("/")[0] for key in next(iter(keys.values()))) for keys in drawn]
    assert lessons[0] == lessons[1]
    assert tasks.draw_for(db.session.scalars(select(Application)).first()) is False
