"""The skills of a course: found in the list, or given by their address in ESCO."""

from __future__ import annotations

import tomllib

from lms.authoring.esco import MOST_SKILLS, find_skills, known_skills, uri_of
from lms.authoring.models import AuthoredCourse
from lms.authoring.repository import Repository
from lms.authoring.services import draft_source
from tests.authoring.conftest import Write
from tests.factories import School

PYTHON = "http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d"
OTHER = "http://data.europa.eu/esco/skill/11111111-2222-3333-4444-555555555555"


def address(course: AuthoredCourse) -> str:
    return f"/authoring/{course.public_id}/skills"


def stored(repository: Repository) -> list[dict[str, str]]:
    text = (repository.read(repository.head(), "course.toml") or b"").decode()
    found: list[dict[str, str]] = tomllib.loads(text).get("skills", [])
    return found


def test_the_list_holds_addresses_of_esco_each_once() -> None:
    skills = known_skills()
    assert len({skill.uri for skill in skills}) == len({skill.label for skill in skills}) == len(skills) > 50
    assert all(uri_of(skill.uri) == skill.uri for skill in skills)
    assert [skill.uri for skill in find_skills("PYTHON comp")] == [PYTHON]
    assert find_skills("nothing of the kind") == []


def test_a_skill_is_found_added_and_taken_away(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    page = ada.page(f"{address(course)}?q=python")
    assert f'value="{PYTHON}"' in page
    assert "JavaScript" not in page
    assert ada.post(address(course), add=PYTHON).status_code == 303
    assert stored(repository) == [{"uri": PYTHON, "label": "Python (computer programming)"}]
    assert ada.post(address(course), add=PYTHON).status_code == 303
    assert len(stored(repository)) == 1
    assert ada.post(address(course), uri=f" https{OTHER[4:]} ", label="Reading").status_code == 303
    assert stored(repository)[1] == {"uri": OTHER, "label": "Reading"}
    assert draft_source(course).faults == []
    assert ada.post(address(course), remove=PYTHON).status_code == 303
    assert ada.post(address(course), remove=OTHER).status_code == 303
    assert stored(repository) == []


WRONG = [
    ({"uri": "http://data.europa.eu/esco/skill/python", "label": "Python"}, "not the address of a skill"),
    ({"uri": f"{OTHER}/../x", "label": "Python"}, "not the address of a skill"),
    ({"uri": "javascript:alert(1)", "label": "Python"}, "not the address of a skill"),
    ({"uri": OTHER, "label": " "}, "Please fill this in."),
    ({"add": "http://nothing.example"}, "Please fill this in."),
]


def test_what_is_no_skill_is_told_and_kept(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    for data, sentence in WRONG:
        answer = ada.post(address(course), **data)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert sentence in page
        assert data.get("uri", "") in page
    assert stored(repository) == []


def test_a_course_has_so_many_skills_and_no_more(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    for skill in known_skills()[:MOST_SKILLS]:
        assert ada.post(address(course), add=skill.uri).status_code == 303
    answer = ada.post(address(course), uri=OTHER, label="One more")
    assert answer.status_code == 422
    assert f"at most {MOST_SKILLS} skills" in answer.get_data(as_text=True)
    assert len(stored(repository)) == MOST_SKILLS
