"""The report on fairness as coordinators meet it: when it can be made, that it is made once, and what it shows."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from lms.accounts.models import User
from lms.admissions import reporting
from lms.admissions.application_models import (
    Application,
    ApplicationNeeds,
    ApplicationStatus,
    FairnessAnswer,
    FairnessQuestion,
    StageResult,
)
from lms.admissions.decision_models import Answer, Decision, DecisionKind
from lms.admissions.models import Round, RoundStatus, Stage
from lms.admissions.report_models import FairnessReport
from lms.core.db import db, utcnow
from tests.admissions.conftest import make_round, set_row, text
from tests.factories import make_user, post
from tests.queries import queries_of

GENDERS = {"woman": 30, "man": 24, "another": 4, None: 14}


def decided(school, screening: Round, people: list[User] | None = None) -> list[User]:
    """72 people apply; a quarter is offered a seat, another stops after the task; all are told."""
    now = utcnow()
    set_row(screening, status=RoundStatus.CLOSED, seats=100, waiting_size=0)
    genders = [gender for gender, number in GENDERS.items() for _ in range(number)]
    if people is None:
        people = [make_user(f"Kim {number}") for number in range(len(genders))]
    for number, (person, gender) in enumerate(zip(people, genders, strict=True)):
        application = Application(
            round_id=screening.id,
            user_id=person.id,
            from_cohort_id=school.cohort.id,
            status=ApplicationStatus.SUBMITTED,
            submitted_at=now,
        )
        db.session.add(application)
        db.session.flush()
        if gender is not None:
            db.session.add(
                FairnessAnswer(application_id=application.id, question=FairnessQuestion.GENDER, answer=gender)
            )
        db.session.add(ApplicationNeeds(application_id=application.id, childcare=number % 3 == 0))
        kind = DecisionKind.OFFER if number % 4 == 0 else DecisionKind.OTHER
        if number % 4 == 1:
            db.session.add(
                StageResult(application_id=application.id, stage=Stage.TASK, goes_on=False, reason="Later.")
            )
        db.session.add(
            Decision(
                round_id=screening.id,
                application_id=application.id,
                kind=kind,
                reason="So it is.",
                reason_language="en",
                other_words="" if kind == DecisionKind.OFFER else "Another class",
                released_at=now,
                respond_by=now if kind == DecisionKind.OFFER else None,
            )
        )
    db.session.commit()
    return people


def path_of(screening: Round) -> str:
    return f"/rounds/{screening.public_id}/fairness"


def test_a_report_is_made_once_and_does_not_change(school, screening, cora) -> None:
    decided(school, screening)
    assert "Make the report" in text(cora.get(path_of(screening)))
    assert post(cora, path_of(screening)).status_code == 303
    page = text(cora.get(path_of(screening)))
    assert "18 of 72 people were offered a seat." in page
    assert "All other groups together" in page
    assert "Neither of these" not in page  # a group of 4 is not named
    before = db.session.scalars(select(FairnessReport.body)).one()

    for decision in db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.OFFER).limit(5)):
        decision.answer, decision.answered_at = Answer.DECLINED, utcnow()
    first = db.session.scalars(select(Application).limit(1)).one()
    first.status, first.withdrawn_at = ApplicationStatus.WITHDRAWN, utcnow()
    db.session.commit()
    post(cora, path_of(screening))
    assert "It is made once." in text(cora.get(path_of(screening)))
    assert db.session.scalars(select(FairnessReport.body)).one() == before


def test_a_report_counts_what_happened(school, screening, cora) -> None:
    decided(school, screening)
    post(cora, path_of(screening))
    body = db.session.scalars(select(FairnessReport.body)).one()
    assert body["stages"] == ["task", "decision"]
    assert body["totals"] == [18, 36, 18]
    tables = {table["question"]: table["rows"] for table in body["tables"]}
    assert [(row["group"], sum(row["ends"])) for row in tables["gender"]] == [
        ("woman", 30),
        ("man", 24),
        ("", 18),
    ]
    assert [(row["group"], sum(row["ends"])) for row in tables["childcare"]] == [("no", 48), ("yes", 24)]
    assert tables["language"] == tables["care"] == tables["track"] == []  # one group alone


@pytest.mark.parametrize("status", [RoundStatus.OPEN, RoundStatus.DRAFT])
def test_no_report_before_the_round_is_closed(school, screening, cora, status) -> None:
    decided(school, screening)
    set_row(screening, status=status)
    assert "The round is not closed yet." in text(cora.get(path_of(screening)))
    post(cora, path_of(screening))
    assert db.session.scalars(select(FairnessReport)).all() == []


def test_no_report_before_everybody_is_told(school, screening, cora) -> None:
    decided(school, screening)
    last = db.session.scalars(select(Decision).order_by(Decision.id.desc()).limit(1)).one()
    last.released_at = None
    db.session.commit()
    page = text(cora.get(path_of(screening)))
    assert "Not all decisions are told yet." in page
    assert "Make the report" not in page
    post(cora, path_of(screening))
    assert db.session.scalars(select(FairnessReport)).all() == []
    assert cora.get(f"{path_of(screening)}.csv").status_code == 303


def test_people_of_an_earlier_report_do_not_make_a_group_large(school, screening, cora) -> None:
    people = decided(school, screening)
    post(cora, path_of(screening))
    second = make_round(school.beside)
    decided(school, second, people)
    assert not any(person.fresh for person in reporting.people_of(second))
    post(cora, path_of(second))
    body = db.session.get_one(FairnessReport, second.id).body
    assert all(table["rows"] == [] for table in body["tables"])
    assert "Not shown" in text(cora.get(path_of(second)))


def test_the_file_says_what_the_page_says(school, screening, cora) -> None:
    decided(school, screening)
    post(cora, path_of(screening))
    answer = cora.get(f"{path_of(screening)}.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len({len(row) for row in rows}) == 1
    assert rows[1][:4] == ["Everybody", "", "72", "18"]
    assert [row[1] for row in rows if row[0] == "Women and men"] == [
        "Women",
        "Men",
        "All other groups together",
    ]
    assert not any("Kim" in cell for row in rows for cell in row)
    assert cora.get(f"{path_of(screening)}.xlsx").status_code == 200


def test_making_a_report_reads_as_often_for_many_as_for_few(school, screening, cora) -> None:
    empty = queries_of(cora, path_of(screening))
    decided(school, screening)
    assert queries_of(cora, path_of(screening)) <= empty + 2  # how many are told, and how many are not
    post(cora, path_of(screening))
    assert queries_of(cora, path_of(screening)) <= empty


def test_staff_who_do_not_coordinate_read_no_report(app, school, screening, cora, ben) -> None:
    decided(school, screening)
    post(cora, path_of(screening))
    for path in (path_of(screening), f"{path_of(screening)}.csv"):
        assert ben.get(path).status_code == 404
