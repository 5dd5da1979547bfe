"""The pages of publishing: what is new, the run, the versions, and what a class reads."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from lms.authoring import publish_views
from lms.authoring.models import AuthorRun, CourseVersion, RunStatus
from lms.core.db import db
from tests.authoring.conftest import Write, Writer
from tests.authoring.publications import EXERCISE, Bench
from tests.queries import queries_of


@pytest.fixture
def ada(bench: Bench, write: Write) -> Writer:
    return write(bench.school.ada)


@pytest.fixture
def cora(bench: Bench, write: Write) -> Writer:
    return write(bench.school.cora)


def url(bench: Bench, rest: str) -> str:
    return f"/authoring/{bench.course.public_id}/{rest}"


def hidden(page: str) -> dict[str, str]:
    """What the form of a page carries along."""
    found = {}
    for name in ("base", "number"):
        field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        value = re.search(r'value="([^"]*)"', field[0]) if field else None
        if value is not None:
            found[name] = value[1]
    return found


def press(bench: Bench, who: Writer, **data: object) -> str:
    """Publish by the page, and let it run; the page of the run."""
    sent = {**hidden(who.page(url(bench, "publish"))), **data}
    answer = who.post(url(bench, "publish"), **sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    run = answer.headers["Location"]
    assert "http-equiv" in who.page(run), "it loads itself again"
    assert bench.turn()
    return who.page(run)


def test_a_course_is_published_by_its_page(bench: Bench, ada: Writer) -> None:
    page = ada.page(url(bench, "publish"))
    assert "Nothing of this course is published yet." in page
    assert "01-start/lesson.md" in page
    assert "1 exercise is run" in page
    done = press(bench, ada, note="The first one")
    assert "Version 1 is published." in done
    assert "http-equiv" not in done
    page = ada.page(url(bench, "versions"))
    assert "The first one" in page
    assert "Published now" in page
    assert "The draft is what is published." in ada.page(url(bench, "publish"))


def test_faults_are_told_with_the_page_that_mends_them(bench: Bench, ada: Writer) -> None:
    bench.write("02-end/lesson.md", "# The end\n\nSee [nothing](nowhere.md).\n")
    page = ada.page(url(bench, "publish"))
    assert "1 thing is to be mended first" in page
    assert "02-end/lesson.md:3" in page
    assert "Check, run and publish" not in page
    answer = ada.post(url(bench, "publish"), base=bench.head, number=1)
    assert answer.status_code == 409
    assert db.session.scalar(db.select(AuthorRun.id)) is None


def test_what_running_shows_is_told_row_by_row(bench: Bench, ada: Writer) -> None:
    grade = bench.grade
    bench.grade = lambda exercise, _files, client: grade(exercise, exercise.solution, client)
    done = press(bench, ada)
    assert "Nothing was published." in done
    assert "The starter passes all checks." in done
    assert "Passed in 1 run" in done
    assert "Passed in 10 runs" in done
    assert "Not as promised" in done
    page = ada.page(url(bench, "publish"))
    assert "What stopped the last publication" in page


def test_a_draft_that_changed_meanwhile_is_shown_first(bench: Bench, ada: Writer) -> None:
    sent = hidden(ada.page(url(bench, "publish")))
    bench.title("Somebody else wrote this")
    answer = ada.post(url(bench, "publish"), **sent, note="My words")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The course has changed since you opened this page." in page
    assert "My words" in page
    assert hidden(page)["base"] == bench.head


def test_two_who_publish_at_once(bench: Bench, ada: Writer, cora: Writer) -> None:
    sent = hidden(ada.page(url(bench, "publish")))
    assert ada.post(url(bench, "publish"), **sent).status_code == 303
    answer = cora.post(url(bench, "publish"), **sent, note="Hers")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody is publishing this course at this moment." in page
    assert "A publication of this course is under way." in cora.page(url(bench, "publish"))
    assert bench.turn()
    answer = cora.post(url(bench, "publish"), **sent)
    assert answer.status_code == 409
    assert db.session.scalars(db.select(CourseVersion.number)).all() == [1]


def test_while_the_sandbox_is_away_the_page_says_that_it_waits(bench: Bench, ada: Writer) -> None:
    bench.sandbox.away = True
    sent = hidden(ada.page(url(bench, "publish")))
    answer = ada.post(url(bench, "publish"), **sent)
    assert not bench.turn()
    page = ada.page(answer.headers["Location"])
    assert "cannot be reached at the moment" in page
    assert 'http-equiv="refresh"' in page


def test_our_fault_is_called_ours(bench: Bench, ada: Writer) -> None:
    sent = hidden(ada.page(url(bench, "publish")))
    answer = ada.post(url(bench, "publish"), **sent)
    db.session.execute(db.update(AuthorRun).values(status=RunStatus.FAILED))
    db.session.commit()
    assert "it is our fault, not yours" in ada.page(answer.headers["Location"])


def test_an_author_ticks_the_classes_that_move(bench: Bench, ada: Writer) -> None:
    press(bench, ada)
    bench.title("Second")
    page = ada.page(url(bench, "publish"))
    assert "Morning class" in page
    assert "Weekend class" not in page, "Ada does not look after it"
    assert "1 class that you do not look after stays at its version" in page
    done = press(bench, ada, moving=[bench.school.cohort.public_id])
    assert "Version 2 is published." in done
    assert bench.school.cohort.course_pins == {}
    assert list(bench.school.beside.course_pins) == ["small"]


def test_a_class_of_others_cannot_be_moved(bench: Bench, ada: Writer) -> None:
    sent = hidden(ada.page(url(bench, "publish")))
    answer = ada.post(url(bench, "publish"), **sent, moving=[bench.school.beside.public_id])
    assert answer.status_code == 422


def test_an_older_version_is_published_again(bench: Bench, ada: Writer) -> None:
    press(bench, ada)
    bench.title("Second")
    press(bench, ada)
    path = url(bench, "versions/1/again")
    page = ada.page(path)
    assert "It becomes version 3" in page
    assert ada.post(path, number=3).status_code == 303
    assert ada.post(path, number=3).status_code == 409, "a second press"
    assert "Version 3" in ada.page(url(bench, "versions"))
    assert "Small course" in ada.page("/courses/small")


def test_a_class_is_moved_to_the_newest_version_and_back(bench: Bench, ada: Writer, cora: Writer) -> None:
    press(bench, ada)
    bench.title("Second")
    press(bench, ada, note="Shorter lessons")
    cohort = bench.school.cohort
    path = f"/classes/{cohort.public_id}/courses"
    page = cora.page(path)
    assert "There is a newer version." in page
    assert "Shorter lessons" in page
    old = cohort.course_pins["small"]
    assert cora.post(f"{path}/small", **{"small-version": "newest"}).status_code == 303
    assert cohort.course_pins == {}
    assert "The newest" in cora.page(path)
    assert cora.post(f"{path}/small", **{"small-version": old}).status_code == 303
    assert cohort.course_pins == {"small": old}
    assert cora.post(f"{path}/small", **{"small-version": "0" * 64}).status_code == 422
    assert cora.post(f"{path}/other", **{"other-version": "newest"}).status_code == 404


def test_a_course_that_was_not_published_here_has_no_choice(bench: Bench, cora: Writer) -> None:
    bench.school.cohort.course_slug = "first-steps-python"
    db.session.commit()
    page = cora.page(f"/classes/{bench.school.cohort.public_id}/courses")
    assert "This course came with Passerelle." in page
    assert "Let the class read this version" not in page


def test_only_coordinators_choose_what_a_class_reads(bench: Bench, ada: Writer) -> None:
    path = f"/classes/{bench.school.cohort.public_id}/courses"
    ada.page(path, 404)
    assert ada.post(f"{path}/small", **{"small-version": "newest"}).status_code == 404


def test_others_see_nothing_of_a_publication(bench: Bench, ada: Writer, write: Write) -> None:
    press(bench, ada)
    otto = write(bench.school.otto)
    run = db.session.scalar(db.select(AuthorRun.public_id))
    for rest in ("publish", "versions", f"runs/{run}", "versions/1/again"):
        otto.page(url(bench, rest), 404)
    assert otto.post(url(bench, "publish"), base=bench.head, number=2).status_code == 404
    assert otto.post(url(bench, "versions/1/again"), number=2).status_code == 404


def test_a_run_of_another_course_is_not_shown(app: Flask, bench: Bench, ada: Writer, course: object) -> None:
    press(bench, ada)
    run = db.session.scalar(db.select(AuthorRun.public_id))
    ada.page(f"/authoring/{course.public_id}/runs/{run}", 404)  # type: ignore[attr-defined]


def test_pages_take_a_fixed_number_of_queries(bench: Bench, ada: Writer, cora: Writer) -> None:
    press(bench, ada)
    paths = [
        url(bench, "publish"),
        url(bench, "versions"),
        f"/classes/{bench.school.cohort.public_id}/courses",
    ]
    for path in paths:
        cora.page(path)
    before = [queries_of(cora.client, path) for path in paths]
    for number in range(4):
        bench.write(f"{EXERCISE}/starter.py", f"# {number}\n")
        press(bench, ada)
    bench.school.cohort.course_pins = {}
    bench.write(f"{EXERCISE}/starter.py", "# the last\n")
    for path in paths:
        cora.page(path)
    after = [queries_of(cora.client, path) for path in paths]
    assert after == before


def test_long_lists_are_cut(bench: Bench, ada: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish_views, "MOST_FILES", 2)
    assert "more are left out here" in ada.page(url(bench, "publish"))
