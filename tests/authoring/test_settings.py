"""course.toml and glossary.toml as forms: what they do not know stays, and two people lose nothing."""

from __future__ import annotations

import re
import tomllib
from html import unescape

import pytest

from lms.authoring.coursefile import Term, with_term, with_values
from lms.authoring.models import AuthoredCourse
from lms.authoring.repository import Repository
from lms.authoring.services import author_of, draft_source
from lms.core.db import db
from tests.authoring.conftest import Write
from tests.factories import AUTHORED_FILES, School

FORM = {
    "title": "Loops",
    "summary": "How to do things again.",
    "level": "beginner",
    "hours": "2",
    "languages": ["en", "ar"],
    "licence": "CC-BY-4.0",
    "authors": "",
    "minutes-01-first": "30",
    "minutes-02-second": "",
}


def values(repository: Repository) -> dict[str, object]:
    return tomllib.loads((repository.read(repository.head(), "course.toml") or b"").decode())


def settings(course: AuthoredCourse) -> str:
    return f"/authoring/{course.public_id}/settings"


def test_what_was_not_changed_is_not_written(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, head = write(school.ada), repository.head()
    page = ada.page(settings(course))
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    assert (fields["title"], fields["minutes-01-first"], fields["base"]) == ("Loops", "30", head)
    assert ada.post(settings(course), base=head, **FORM).status_code == 303
    assert repository.head() == head


def test_settings_change_and_the_rest_stays(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    with_more = with_values(
        AUTHORED_FILES["course.toml"], {"skills": [{"uri": "http://a.example", "label": "Loop"}]}
    )
    with_more = b"# Kept: a comment.\n" + with_more
    base = repository.commit(
        {"course.toml": with_more}, base=repository.head(), author=author_of(school.ada), message="Skill."
    ).id
    form = {**FORM, "title": "Schleifen", "hours": "٣", "authors": "Ada\n\n Abel ", "minutes-02-second": "45"}
    assert ada.post(settings(course), base=base, **form).status_code == 303
    found = values(repository)
    assert (found["title"], found["hours"], found["authors"]) == ("Schleifen", 3, ["Ada", "Abel"])
    assert found["minutes"] == {"01-first": 30, "02-second": 45}
    assert found["skills"] == [{"uri": "http://a.example", "label": "Loop"}]
    assert (repository.read(repository.head(), "course.toml") or b"").startswith(b"# Kept: a comment.\n")
    assert draft_source(course).faults == []
    db.session.refresh(course)
    assert course.title == "Schleifen"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("title", " "), "Please fill this in."),
        (("hours", "many"), "Write a whole number."),
        (("minutes-01-first", "0"), "Write a number from 1 to 6000."),
        (("languages", ["en", "xx"]), "not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    repository: Repository, school: School, write: Write, change: tuple[str, object], sentence: str
) -> None:
    head, here = repository.head(), f"/authoring/{repository.path.name}/settings"
    form = {**FORM, "licence": "MIT-typed", change[0]: change[1]}
    answer = write(school.ada).post(here, base=head, **form)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert sentence in page
    assert "MIT-typed" in page
    assert repository.head() == head


def test_a_language_with_translations_stays(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    head = repository.commit(
        {"translations/ar.po": b""}, base=repository.head(), author=author_of(school.ada), message="Po."
    ).id
    answer = write(school.ada).post(settings(course), base=head, **{**FORM, "languages": ["en"]})
    assert answer.status_code == 422
    assert "Keep them." in answer.get_data(as_text=True)


def test_two_people_change_neighbouring_settings(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, cora, base = write(school.ada), write(school.cora), repository.head()
    assert ada.post(settings(course), base=base, **{**FORM, "title": "Hers"}).status_code == 303
    assert cora.post(settings(course), base=base, **{**FORM, "summary": "Theirs."}).status_code == 303
    assert (values(repository)["title"], values(repository)["summary"]) == ("Hers", "Theirs.")


def test_two_people_change_one_setting_and_see_both(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, cora, base = write(school.ada), write(school.cora), repository.head()
    ada.post(settings(course), base=base, **{**FORM, "title": "Hers"})
    answer = cora.post(settings(course), base=base, **{**FORM, "title": "Mine"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "<mark>Hers</mark>" in page
    assert 'value="Mine"' in page
    assert values(repository)["title"] == "Hers"
    now = re.search(r'name="base"[^>]*value="([0-9a-f]{40})"', page)
    assert now is not None
    assert cora.post(settings(course), base=now[1], **{**FORM, "title": "Mine"}).status_code == 303
    assert values(repository)["title"] == "Mine"


def test_a_broken_file_is_told(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    repository.commit(
        {"course.toml": b"title ="}, base=repository.head(), author=author_of(school.ada), message="Break."
    )
    ada = write(school.ada)
    assert "course.toml cannot be read" in ada.page(settings(course), 409)
    assert "1 thing is not right yet" in ada.page(f"/authoring/{course.public_id}")


def test_words_of_the_glossary(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, here = write(school.ada), f"/authoring/{course.public_id}/glossary"
    assert "again and again" in ada.page(settings(course))
    new = {"term": "For loop", "definition": "Counts\n for you.", "key": ""}
    assert ada.post(f"{here}/new", base=repository.head(), **new).status_code == 303
    stored = tomllib.loads((repository.read(repository.head(), "glossary.toml") or b"").decode())
    assert stored["for-loop"] == {"term": "For loop", "definition": "Counts for you."}
    again = ada.post(f"{here}/new", base=repository.head(), **new)
    assert again.status_code == 422
    assert "Another word has this short name." in again.get_data(as_text=True)
    nameless = ada.post(f"{here}/new", base=repository.head(), **{**new, "term": "循环"})
    assert "no Latin letters" in nameless.get_data(as_text=True)
    base = repository.head()
    ada.post(f"{here}/loop", base=base, term="loop", definition="Again.", key="loop")
    ada.post(f"{here}/for-loop", base=base, action="remove")
    stored = tomllib.loads((repository.read(repository.head(), "glossary.toml") or b"").decode())
    assert stored == {"loop": {"term": "loop", "definition": "Again."}}
    late = ada.post(f"{here}/loop", base=base, term="loop", definition="Once more.", key="loop")
    assert late.status_code == 409
    assert "Once more." in late.get_data(as_text=True)
    assert ada.page(f"{here}/for-loop", 404)
    assert draft_source(course).faults == []


def test_a_renamed_word_has_one_entry() -> None:
    made = with_term(AUTHORED_FILES["glossary.toml"], "loop", Term("loops", "loops", "X."))
    assert tomllib.loads(made.decode()) == {"loops": {"term": "loops", "definition": "X."}}
