"""Parts in a course are given to people of its programme and taken back, by who leads it."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from lms.authoring.models import AuthoredCourse, CoursePerson
from lms.core.db import db
from tests.authoring.conftest import Write
from tests.factories import School, enrol, make_user
from tests.queries import queries_of


def parts() -> set[tuple[str, str, str]]:
    return {(part.user.name, part.role, part.language) for part in db.session.scalars(select(CoursePerson))}


def people(course: AuthoredCourse) -> str:
    return f"/authoring/{course.public_id}/people"


def test_staff_are_listed_and_others_found_by_name(
    course: AuthoredCourse, school: School, write: Write
) -> None:
    cora = write(school.cora)
    page = cora.page(people(course))
    assert all(name in page for name in ("Ada", "Mila", "Cora"))
    assert "Ben" not in page
    page = cora.page(people(course) + "?name=BE")
    assert "Ben" in page
    assert school.mila.public_id not in page
    assert "Nobody was found" in cora.page(people(course) + "?name=Cleo")
    assert "Nobody was found" in cora.page(people(course) + "?name=%25")


def test_a_part_is_given_once_and_taken_back(course: AuthoredCourse, school: School, write: Write) -> None:
    cora, ben = write(school.cora), write(school.ben)
    here = f"/authoring/{course.public_id}"
    assert ben.page(here, 404)
    form = {"person": school.ben.public_id, "role": "reviewer", "language": "ar"}
    for _ in range(2):
        assert cora.post(people(course), **form).status_code == 303
    assert ("Ben", "reviewer", "ar") in parts()
    assert "Loops" in ben.page(here)
    part = db.session.scalars(select(CoursePerson).where(CoursePerson.user_id == school.ben.id)).one()
    assert cora.post(f"{people(course)}/{part.id}/remove").status_code == 303
    assert ben.page(here, 404)


def test_an_author_has_no_language(course: AuthoredCourse, school: School, write: Write) -> None:
    form = {"person": school.mila.public_id, "role": "author", "language": "ar"}
    assert write(school.cora).post(people(course), **form).status_code == 303
    assert ("Mila", "author", "") in parts()


def test_nobody_from_elsewhere_gets_a_part(course: AuthoredCourse, school: School, write: Write) -> None:
    before = parts()
    for person in (school.cleo, school.otto):
        form = {"person": person.public_id, "role": "author", "language": "ar"}
        assert write(school.cora).post(people(course), **form).status_code == 422
    wrong = {"person": school.ben.public_id, "role": "king", "language": "ar"}
    assert write(school.cora).post(people(course), **wrong).status_code == 422
    assert parts() == before


def test_who_writes_does_not_decide_who_else_does(
    course: AuthoredCourse, school: School, write: Write
) -> None:
    assert write(school.ada).page(people(course), 404)
    form = {"person": school.ben.public_id, "role": "author", "language": "ar"}
    assert write(school.ada).post(people(course), **form).status_code == 404
    assert write(school.olga).post(people(course), **form).status_code == 404


def test_the_page_asks_no_more_for_more_people(
    course: AuthoredCourse, school: School, write: Write, app: Flask
) -> None:
    cora = write(school.cora)
    few = queries_of(cora.client, people(course) + "?name=b")
    for number in range(12):
        user = make_user(f"Bob {number}")
        enrol(user, school.cohort)
        db.session.add(CoursePerson(course=course, user=user, role="translator", language="uk"))
    db.session.commit()
    assert queries_of(cora.client, people(course) + "?name=b") == few
