"""Courses are begun, taken over and looked at; their lessons are moved, renamed and removed."""

from __future__ import annotations

import pytest
from flask import current_app
from sqlalchemy import select

from lms.authoring.models import AuthoredCourse, CoursePerson, CourseRole
from lms.authoring.repository import Repository
from lms.authoring.services import author_of, draft_source, repository_of
from lms.catalog.pofile import read_po, write_po
from lms.catalog.services import get_course
from lms.core.db import db
from tests.authoring.conftest import Write
from tests.factories import COURSE, School
from tests.queries import count_queries, queries_of

NEW = {
    "title": "Schleifen & mehr",
    "summary": "Was sich wiederholt.\n Für alle.",
    "lesson": "Erste Schritte",
    "language": "fr",
    "level": "beginner",
    "hours": "١٢",
    "licence": "CC-BY-4.0",
    "slug": "",
}


def test_a_new_course_is_sound(school: School, write: Write) -> None:
    ada = write(school.ada)
    answer = ada.post("/authoring/new", **NEW, programme=school.cohort.programme.slug)
    assert answer.status_code == 303
    course = db.session.scalars(select(AuthoredCourse)).one()
    assert (course.slug, course.title, course.programme) == (
        "schleifen-mehr",
        NEW["title"],
        school.cohort.programme,
    )
    source = draft_source(course)
    assert source.faults == []
    assert source.course is not None
    assert (source.course.language, source.course.hours, source.course.languages) == ("fr", 12, ("fr",))
    assert [(lesson.slug, lesson.title) for lesson in source.course.lessons] == [
        ("01-erste-schritte", "Erste Schritte")
    ]
    assert "Was sich wiederholt. Für alle." in source.course.summary
    page = ada.page(answer.location)
    assert "Erste Schritte" in page
    assert "not right yet" not in page
    assert "Schleifen &amp; mehr" in ada.page("/authoring")


@pytest.mark.parametrize(
    ("change", "sentence", "status"),
    [
        ({"title": ""}, "Please fill this in.", 422),
        ({"title": "循环"}, "no Latin letters", 422),
        ({"slug": "Loops!"}, "small Latin letters", 422),
        ({"slug": COURSE}, "Another course has this short name", 409),
        ({"hours": "0"}, "from 1 to 1000", 422),
        ({"language": "xx"}, "Not a valid choice", 422),
        ({"programme": "nowhere"}, "Not a valid choice", 422),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    school: School, write: Write, change: dict[str, str], sentence: str, status: int
) -> None:
    data = {**NEW, "programme": school.cohort.programme.slug, **change}
    answer = write(school.ada).post("/authoring/new", **data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert sentence in page or sentence.capitalize() in page
    assert "Erste Schritte" in page
    assert db.session.scalars(select(AuthoredCourse)).all() == []


def test_a_shipped_course_is_taken_over(school: School, write: Write) -> None:
    cora = write(school.cora)
    assert write(school.ada).page("/authoring/open", 404)
    form = {"course": COURSE, "programme": school.cohort.programme.slug}
    answer = cora.post("/authoring/open", **form)
    assert answer.status_code == 303
    course = db.session.scalars(select(AuthoredCourse)).one()
    shipped = get_course(current_app.config["COURSES_DIR"], COURSE)
    draft = draft_source(course).course
    assert draft is not None
    assert shipped is not None
    assert draft.version == shipped.version
    assert draft_source(course).faults == []
    assert shipped.lessons[0].title in cora.page(answer.location)
    again = cora.post("/authoring/open", **form)
    assert again.status_code == 409
    assert "open for changes already" in again.get_data(as_text=True)


def test_the_overview(course: AuthoredCourse, school: School, write: Write) -> None:
    ada = write(school.ada)
    with count_queries() as asked:
        page = ada.page(f"/authoring/{course.public_id}")
    assert len(asked) <= 8
    assert page.index("First") < page.index("Second")
    assert "Count further." in page
    assert "Rename or remove" in page
    mila = write(school.mila).page(f"/authoring/{course.public_id}")
    assert "Second" in mila
    assert "Rename or remove" not in mila
    assert "Loops" in write(school.mila).page("/authoring")
    assert "Loops" not in write(school.otto).page("/authoring")


def test_faults_are_told_with_their_place(course: AuthoredCourse, school: School, write: Write) -> None:
    repository = repository_of(course)
    repository.commit(
        {"01-first/odd.txt": b""}, base=repository.head(), author=author_of(school.ada), message="Odd."
    )
    page = write(school.ada).page(f"/authoring/{course.public_id}")
    assert "1 thing is not right yet" in page
    assert "01-first/odd.txt:1" in page


def test_lessons_move_and_keep_their_folders(course: AuthoredCourse, school: School, write: Write) -> None:
    ada, here = write(school.ada), f"/authoring/{course.public_id}/outline"
    version = {lesson.slug: lesson.version for lesson in draft_source(course).course.lessons}  # type: ignore[union-attr]
    assert ada.post(here, lesson="02-second", move="up").status_code == 303
    source = draft_source(course)
    assert source.faults == []
    assert source.course is not None
    assert [lesson.slug for lesson in source.course.lessons] == ["02-second", "01-first"]
    assert {lesson.slug: lesson.version for lesson in source.course.lessons} == version
    ada.post(here, lesson="02-second", move="down")
    assert repository_of(course).read(repository_of(course).head(), "course.toml") == repository_of(
        course
    ).read(repository_of(course).history()[-1].id, "course.toml")
    assert ada.post(here, lesson="nothing", move="up").status_code == 404
    assert ada.post(here, lesson="01-first", move="sideways").status_code == 404


def test_a_lesson_is_renamed_with_its_links(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, here = write(school.ada), f"/authoring/{course.public_id}/outline/01-first"
    po = read_po(repository.read(repository.head(), "translations/ar.po") or b"")
    link = po.by_key()["", "Go back to [the first lesson](../01-first/lesson.md)."]
    translated = link.with_texts(("ارجع إلى [الدرس الأول](../01-first/lesson.md).",), reviewed=True)
    repository.commit(
        {"translations/ar.po": write_po(po.with_items({link.key: translated}))},
        base=repository.head(),
        author=author_of(school.ada),
        message="Translate.",
    )
    answer = ada.post(here, name="02-second")
    assert answer.status_code == 422
    assert "Another lesson has this name." in answer.get_data(as_text=True)
    assert ada.post(here, name="Not a slug").status_code == 422
    assert ada.post(here, name="03-later").status_code == 303
    files = repository.files(repository.head())
    assert "01-first/lesson.md" not in files
    assert files["03-later/lesson.md"] == b"# First\n\nWe count to four.\n"
    assert b"(../03-later/lesson.md)" in files["02-second/lesson.md"]
    assert b"03-later = 30" in files["course.toml"]
    moved = read_po(files["translations/ar.po"]).by_key()
    kept = moved["", "Go back to [the first lesson](../03-later/lesson.md)."]
    assert kept.msgstr == "ارجع إلى [الدرس الأول](../03-later/lesson.md)."
    assert not kept.fuzzy
    assert moved["", "We count to four."].places == (("03-later/lesson.md", "3"),)


def test_a_lesson_is_removed_but_the_last_one(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, here = write(school.ada), f"/authoring/{course.public_id}/outline"
    page = ada.page(f"{here}/01-first")
    assert "02-second/lesson.md" in page
    assert ada.post(f"{here}/01-first", action="remove").status_code == 303
    files = repository.files(repository.head())
    assert [path for path in files if path.endswith(".md")] == ["02-second/lesson.md"]
    assert b"minutes" not in files["course.toml"]
    assert ada.post(f"{here}/02-second", action="remove").status_code == 422
    assert ada.page(f"{here}/01-first", 404)


def test_the_history_and_a_revert(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, here = write(school.ada), f"/authoring/{course.public_id}/history"
    commit = repository.head()
    assert "Count further." in ada.page(here)
    assert "Count further." in ada.page(f"{here}?path=01-first/lesson.md")
    assert "Count further." not in ada.page(f"{here}?path=course.toml")
    page = ada.page(f"{here}/{commit}")
    assert "<mark>three</mark>" in page
    assert "<mark>four</mark>" in page
    assert "Ada" in page
    assert ada.page(f"{here}/{'0' * 40}", 404)
    assert ada.page(f"{here}?path=../../etc/passwd", 400)
    assert write(school.mila).post(f"{here}/{commit}/revert").status_code == 404
    assert ada.post(f"{here}/{commit}/revert").status_code == 303
    assert repository.read(repository.head(), "01-first/lesson.md") == b"# First\n\nWe count to three.\n"
    assert "Take back: Count further." in ada.page(here)
    answer = ada.post(f"{here}/{commit}/revert")
    assert "Nothing of this change is left" in ada.page(answer.location)


def test_a_revert_of_what_changed_since_shows_both(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    commit = repository.head()
    repository.commit(
        {"01-first/lesson.md": b"# First\n\nWe count to five.\n"},
        base=commit,
        author=author_of(school.ada),
        message="Further.",
    )
    answer = write(school.ada).post(f"/authoring/{course.public_id}/history/{commit}/revert")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "cannot be taken back by itself" in page
    assert "<mark>five</mark>" in page


def test_the_first_step_lists_its_files(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    first = repository.history()[-1].id
    page = write(school.ada).page(f"/authoring/{course.public_id}/history/{first}")
    assert "glossary.toml" in page
    assert write(school.ada).post(f"/authoring/{course.public_id}/history/{first}/revert").status_code == 404


def test_who_begins_a_course_is_its_author(school: School, write: Write) -> None:
    write(school.ada).post("/authoring/new", **NEW, programme=school.cohort.programme.slug)
    person = db.session.scalars(select(CoursePerson)).one()
    assert (person.user_id, person.role, person.language) == (school.ada.id, "author", "")


def test_the_way_to_courses_is_shown_to_who_writes(
    course: AuthoredCourse, school: School, write: Write
) -> None:
    dina = write(school.dina)
    assert "/authoring" not in dina.page("/me")
    assert dina.page("/authoring", 404)
    few = queries_of(dina.client, "/me")
    db.session.add(CoursePerson(course=course, user=school.dina, role=CourseRole.TRANSLATOR, language="ar"))
    db.session.commit()
    assert "/authoring" in dina.page("/me")
    assert "Loops" in dina.page("/authoring")
    assert queries_of(dina.client, "/me") == few
    assert "/authoring" in write(school.otto).page("/me")
