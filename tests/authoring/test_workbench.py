"""The exercise workbench through the front door: begun from something that works, saved right or wrong, and tried."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.authoring import placing
from lms.authoring.exercise_files import CheckRow, TestFile, read_sheet
from lms.authoring.exercise_form import form_of, read_form
from lms.authoring.models import AuthoredCourse, AuthorRun, RunKind, RunStatus
from lms.authoring.repository import Repository
from lms.authoring.services import author_of, draft_source
from lms.authoring.workbench import folder_files
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import TestResult, Verdict, verdict_to_json
from tests.authoring.conftest import Write, Writer
from tests.factories import School, write_exercise
from tests.queries import count_queries

FOLDER = "01-first/double"


class Fields(HTMLParser):
    """What a browser without scripts would send from the form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        name = values.get("name", "")
        if tag == "input" and name and (values.get("type") != "checkbox" or "checked" in values):
            self.found[name] = values.get("value", "on")
        elif tag == "textarea":
            self._area = name
            self.found[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in values or self._select not in self.found):
            self.found[self._select] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.found[self._area] = self.found[self._area].removeprefix("\n").replace("\n", "\r\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.found[self._area] += data


def fields_of(page: str) -> dict[str, str]:
    """The fields of the workbench's form."""
    found = re.search(r'<form class="wb-form".*?</form>', page, re.DOTALL)
    assert found is not None, "no workbench"
    parser = Fields()
    parser.feed(found[0])
    return parser.found


def bench(course: AuthoredCourse, folder: str = FOLDER) -> str:
    lesson, _, exercise = folder.partition("/")
    return f"/authoring/{course.public_id}/lessons/{lesson}/exercises/{exercise}"


def begin(writer: Writer, course: AuthoredCourse, start: str = "function", name: str = "double") -> None:
    path = f"/authoring/{course.public_id}/lessons/01-first/exercises/new"
    answer = writer.post(path, title="Double it", start=start, name=name)
    assert answer.status_code == 303, answer.get_data(as_text=True)


def files_of(repository: Repository, folder: str = FOLDER) -> dict[str, bytes]:
    return folder_files(repository, repository.head(), folder)


@pytest.fixture
def ada(course: AuthoredCourse, school: School, write: Write) -> Writer:
    """Ada, with the exercise `double` begun."""
    ada = write(school.ada)
    begin(ada, course)
    return ada


@pytest.mark.parametrize("start", ["function", "program", "class", "javascript"])
def test_a_new_exercise_has_no_faults_and_stands_in_its_lesson(
    course: AuthoredCourse, repository: Repository, school: School, write: Write, start: str
) -> None:
    ada = write(school.ada)
    begin(ada, course, start, "")
    source = draft_source(course)
    assert [fault for fault in source.faults if "recorded" not in fault.message] == []
    lesson = source.lessons[0].lesson
    assert lesson is not None
    [exercise] = lesson.exercises
    assert (exercise.slug, exercise.title, len(exercise.wrong)) == ("double-it", "Double it", 2)
    page = ada.page(bench(course, "01-first/double-it"))
    assert "not right yet" not in page
    assert "error-text" not in page
    assert '<html lang="en" dir="ltr">' in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": "مرحبا"}, "Latin letters to make it from"),
        ({"name": "Bad Name"}, "Use small Latin letters"),
        ({"name": "new"}, "Choose another name"),
        ({"name": "images"}, "has this name already"),
        ({"name": "double"}, "has this name already"),
        ({"title": " "}, "Please fill this in."),
        ({"start": "quantum"}, "Not a valid choice"),
    ],
)
def test_what_no_exercise_can_begin_with_is_told_and_kept(
    course: AuthoredCourse, ada: Writer, data: dict[str, str], sentence: str
) -> None:
    path = f"/authoring/{course.public_id}/lessons/01-first/exercises/new"
    answer = ada.post(path, **{"title": "Another", "start": "program", "name": "", **data})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert sentence in page
    assert data.get("title", "Another") in page


def test_two_who_begin_exercises_at_once_both_come_in(
    course: AuthoredCourse,
    repository: Repository,
    school: School,
    ada: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody else puts an exercise at the end of the same lesson between looking and writing."""
    placed, others = placing.placed, ["greet"]

    def placed_late(lesson: bytes, name: str) -> bytes:
        if others:
            write_exercise(course, school.cora, "program", others.pop())
        return placed(lesson, name)

    monkeypatch.setattr(placing, "placed", placed_late)
    begin(ada, course, "class", "account")
    assert [name for name, _ in draft_source(course).lessons[0].placed] == ["double", "greet", "account"]


def test_who_may_not_write_sees_no_way_to_the_workbench(
    course: AuthoredCourse, school: School, write: Write, ada: Writer
) -> None:
    here = f"/authoring/{course.public_id}"
    assert bench(course) in ada.page(here)
    assert "/exercises/" not in write(school.mila).page(here)


def test_a_page_that_is_saved_unchanged_writes_nothing(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    head = repository.head()
    answer = ada.post(bench(course), **fields_of(ada.page(bench(course))), do="save")
    assert answer.status_code == 303
    assert repository.head() == head
    assert "Nothing has changed." in ada.page(bench(course))


def test_every_shown_sheet_comes_back_as_it_was(
    course: AuthoredCourse, repository: Repository, ada: Writer, school: School
) -> None:
    """What a browser sends from the page is what the page was made from, for all kinds of checks and signs."""
    begin(ada, course, "class", "account")
    for folder in (FOLDER, "01-first/account"):
        sheet = read_sheet(files_of(repository, folder))
        page = ada.page(bench(course, folder))
        sent = {key: text for key, text in fields_of(page).items() if key not in {"csrf_token", "base"}}
        assert read_form(MultiDict(sent)) == sheet
        assert {key: sent[key] for key in sent if key in form_of(sheet)} == {
            key: text for key, text in form_of(sheet).items() if key in sent
        }


def test_a_change_is_a_commit_in_her_name(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    fields = fields_of(ada.page(bench(course)))
    fields |= {
        "title": "Twice",
        "check-0.hint": "Try `*`.",
        "sample-0.text-0": "def double(n):\r\n    print(n)\r\n",
    }
    assert ada.post(bench(course), **fields, do="save").status_code == 303
    [commit, *_] = repository.history()
    assert (commit.author, commit.message.strip()) == ("Ada", "Change the exercise 01-first/double.")
    assert {change.path for change in repository.changes(commit.parents[0], commit.id)} == {
        f"{FOLDER}/exercise.toml", f"{FOLDER}/wrong/prints-instead.py", "translations/ar.po",
    }  # fmt: skip
    sheet = read_sheet(files_of(repository))
    assert (sheet.title, sheet.checks[0].hint) == ("Twice", "Try `*`.")
    assert sheet.samples[0].texts == ["def double(n):\n    print(n)\n"]


def test_faults_stand_beside_their_fields_and_do_not_stop_saving(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    fields = fields_of(ada.page(bench(course)))
    fields |= {
        "check-0.returns": "six",
        "check-1.call": "double(",
        "sample-1.error": "no name",
        "sample-0.check": "nine",
        "must_use": "loop",
        "title": "",
    }
    assert ada.post(bench(course), **fields, do="save").status_code == 303
    assert read_sheet(files_of(repository)).checks[0].returns == "six"
    page = unescape(ada.page(bench(course)))
    told = dict(re.findall(r'id="([^"]+)-fault-1">.*?<span lang="en" dir="ltr">([^<]*)</span>', page))
    assert "`check` has the wrong type." in told["sample-0.check"]
    assert "Use a construct listed" in told["must_use"]
    assert "`title`" in told["title"]
    assert "`six` is a name, not a value." in told["check-0.returns"]
    assert "is not Python" in told["check-1.call"]
    assert "Write a name of the program's language." in told["sample-1.error"]
    assert "6 things are not right yet" in page
    fields = fields_of(page) | {
        "sample-0.check": "9",
        "must_use": "return",
        "title": "Double",
        "sample-1.error": "E",
    }
    fields |= {"base": repository.head(), "check-0.hidden": "on"}
    assert ada.post(bench(course), **fields, do="save").status_code == 303
    page = unescape(ada.page(bench(course)))
    told = dict(re.findall(r'id="([^"]+)-fault-1">.*?<span lang="en" dir="ltr">([^<]*)</span>', page))
    assert set(told) == {"check-0", "check-0.returns", "check-1.call", "sample-0.check"}
    assert "Every check is hidden." in told["check-0"]
    assert "There is no check 9." in told["sample-0.check"]


def test_names_of_files_that_cannot_be_are_refused_and_nothing_typed_is_lost(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    head = repository.head()
    fields = fields_of(ada.page(bench(course)))
    fields |= {"sample-0.name": "../../../etc/passwd", "file-0.name": "a/../b.py", "title": "Kept"}
    answer = ada.post(bench(course), **fields, do="save")
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert repository.head() == head
    assert "some names cannot be names of files" in page
    again = fields_of(page)
    assert (again["sample-0.name"], again["title"]) == ("../../../etc/passwd", "Kept")
    assert 'id="sample-0.name-bad"' in page
    assert 'id="file-0.name-bad"' in page


def test_buttons_change_the_page_and_write_nothing(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    head = repository.head()
    fields = fields_of(ada.page(bench(course))) | {"title": "Unsaved"}
    for button in (
        "check.add.script",
        "step.add.2.new",
        "step.add.2.get",
        "check.up.2",
        "sample.remove.0",
        "file.add",
    ):
        answer = ada.post(bench(course), **fields, do=button)
        assert answer.status_code == 200
        page = answer.get_data(as_text=True)
        assert "Not saved yet" in page
        fields = fields_of(page)
    assert repository.head() == head
    assert (fields["title"], fields["check-1.kind"], fields["check-1.step-1.do"]) == (
        "Unsaved",
        "script",
        "get",
    )
    assert (fields["sample-0.name"], fields["file-1.name"]) == ("adds-two", "part_2.py")
    fields |= {
        "check-1.name": "An object",
        "check-1.step-0.call": "Thing(1)",
        "check-1.step-0.name": "thing",
        "check-1.step-1.on": "thing",
        "check-1.step-1.attribute": "size",
        "check-1.step-1.equals": "1",
        "starter-1": "# a part",
        "solution-1": "SIZE = 1",
        "sample-0.text-1": "x = 1",
    }
    assert ada.post(bench(course), **fields, do="save").status_code == 303
    files = files_of(repository)
    assert files["starter/part_2.py"] == b"# a part\n"
    assert {"starter.py", "solution.py"}.isdisjoint(files)
    sheet = read_sheet(files)
    assert [step.do for step in sheet.checks[1].steps] == ["new", "get"]


def test_tests_take_the_place_of_checks_and_checks_come_back_until_they_are_saved(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    fields = fields_of(ada.page(bench(course)))
    page = ada.post(bench(course), **{**fields, "kind": "tests"}, do="refresh").get_data(as_text=True)
    fields = fields_of(page)
    assert fields["test-0.name"] == "test_solution.py"
    back = ada.post(bench(course), **{**fields, "kind": "checks"}, do="refresh").get_data(as_text=True)
    assert fields_of(back)["check-0.call"] == "double(3)"
    fields |= {
        "test-0.text": "import solution\n\ndef test_a():\n    assert solution.double(2) == 4\n",
        "hidden": "*",
    }
    assert ada.post(bench(course), **fields, do="save").status_code == 303
    sheet = read_sheet(files_of(repository))
    assert (sheet.ordinary, sheet.checks, sheet.hidden) == (True, [], ["*"])
    assert [test.name for test in sheet.tests] == ["test_solution.py"]


def test_a_broken_file_is_shown_as_text_and_mended(
    course: AuthoredCourse, repository: Repository, school: School, ada: Writer
) -> None:
    broken = {f"{FOLDER}/exercise.toml": b"title = "}
    repository.commit(broken, base=repository.head(), author=author_of(school.ada), message="Break it.")
    page = unescape(ada.page(bench(course)))
    assert "title = " in page
    base = ada.base(bench(course))
    answer = ada.post(bench(course), base=base, raw='title = "Mended', do="save")
    assert answer.status_code == 422
    assert 'title = "Mended' in unescape(answer.get_data(as_text=True))
    assert ada.post(bench(course), base=base, raw='title = "Mended"\r\n').status_code == 303
    assert files_of(repository)["exercise.toml"] == b'title = "Mended"\n'


def test_two_who_change_one_exercise_lose_nothing(
    course: AuthoredCourse, repository: Repository, school: School, write: Write, ada: Writer
) -> None:
    fields = fields_of(ada.page(bench(course)))
    cora = write(school.cora)
    theirs = fields_of(cora.page(bench(course)))
    theirs |= {"title": "Cora's title", "solution-0": "def double(n):\r\n    return n + n\r\n"}
    assert cora.post(bench(course), **theirs, do="save").status_code == 303
    answer = ada.post(bench(course), **{**fields, "title": "Ada's title", "statement": "New."}, do="save")
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "Somebody else changed the same place" in page
    assert "Cora" in page
    again = fields_of(page)
    assert (again["title"], again["statement"]) == ("Ada's title", "New.\r\n")
    assert again["solution-0"] == "def double(n):\r\n    return n + n\r\n"  # what Cora alone has changed
    assert ada.post(bench(course), **again, do="save").status_code == 303
    sheet = read_sheet(files_of(repository))
    assert (sheet.title, sheet.statement) == ("Ada's title", "New.\n")
    assert sheet.solution == ["def double(n):\n    return n + n\n"]


def test_two_who_change_different_checks_are_both_kept(
    course: AuthoredCourse, repository: Repository, school: School, write: Write, ada: Writer
) -> None:
    fields = fields_of(ada.page(bench(course)))
    cora = write(school.cora)
    assert (
        cora.post(
            bench(course), **{**fields, "csrf_token": cora.token, "check-0.hint": "Cora's"}, do="save"
        ).status_code
        == 303
    )
    assert ada.post(bench(course), **{**fields, "sample-1.hint": "Ada's"}, do="save").status_code == 303
    sheet = read_sheet(files_of(repository))
    assert (sheet.checks[0].hint, sheet.samples[1].hint) == ("Cora's", "Ada's")


def test_values_are_checked_as_they_are_typed(course: AuthoredCourse, ada: Writer) -> None:
    def ask(**asked: str) -> str:
        answer = ada.client.post(
            f"/authoring/{course.public_id}/value", json=asked, headers={"X-CSRFToken": ada.token}
        )
        assert answer.status_code == 200
        return str(answer.get_json()["sentence"])

    assert ask(kernel="python", what="literal", text="[1, 'a']") == ""
    assert "is a name, not a value" in ask(kernel="python", what="literal", text="six")
    assert ask(kernel="javascript", what="literal", text="undefined") == ""
    assert "is not a call" in ask(kernel="python", what="call", text="3")
    assert "is not a name" in ask(kernel="python", what="name", text="a b")
    assert ask(kernel="python", what="literal", text="") == ""
    assert "longer than" in ask(kernel="python", what="literal", text="1" * 30_000)
    assert ask() == ""


def report_of(**rows: tuple[str, Verdict, dict[str, Any]]) -> dict[str, Any]:
    told = []
    for what, (wanted, verdict, more) in rows.items():
        shown = verdict_to_json(verdict)
        told.append(
            {
                "what": what.replace("__", "/").replace("_", "-"),
                "wanted": wanted, "runs": 10, "wanted_runs": 10, "outcomes": {verdict.outcome.value: 10},
                "alike": True, "ok": True, "seconds": 1.0,
                "verdict": {key: value for key, value in shown.items() if key != "tests"},
                "tests": shown["tests"],
                **more,
            }
        )  # fmt: skip
    return {"faults": [], "exercises": [{"path": FOLDER, "title": "Double", "rows": told, "faults": []}]}


PASSED = Verdict(Outcome.PASSED, (TestResult(0, "Doubling 3", False, Outcome.PASSED),))
FAILED = Verdict(
    Outcome.FAILED,
    (
        TestResult(
            0,
            "Doubling 3",
            False,
            Outcome.FAILED,
            call="double(3)",
            expected="6",
            got="None",
            hint="Return it.",
        ),
    ),
    hints=("Your function shows it.",),
)


@pytest.fixture
def asked(course: AuthoredCourse, ada: Writer) -> AuthorRun:
    """What Ada has asked to be tried."""
    answer = ada.post(bench(course), **fields_of(ada.page(bench(course))), do="try")
    assert answer.status_code == 303
    run = db.session.scalars(select(AuthorRun)).one()
    assert answer.location == f"{bench(course)}/tries/{run.public_id}"
    return run


def test_try_asks_for_a_run_of_what_was_saved(
    course: AuthoredCourse, repository: Repository, ada: Writer, asked: AuthorRun
) -> None:
    assert (asked.kind, asked.path, asked.commit) == (RunKind.TRY, FOLDER, repository.head())
    page = ada.page(f"{bench(course)}/tries/{asked.public_id}")
    assert 'data-open="1"' in page
    assert 'http-equiv="refresh"' in page
    assert "10 seconds and 256 MiB" in page
    assert f"/tries/{asked.public_id}" in ada.page(bench(course))
    # Pressed twice: one run.
    ada.post(bench(course), **fields_of(ada.page(bench(course))), do="try")
    assert len(db.session.scalars(select(AuthorRun)).all()) == 1


def end(run: AuthorRun, report: dict[str, Any], status: RunStatus = RunStatus.DONE) -> None:
    run.report, run.status, run.finished_at = report, status, utcnow()
    db.session.commit()


def test_the_table_of_a_try_that_is_all_as_it_should_be(
    course: AuthoredCourse, ada: Writer, asked: AuthorRun
) -> None:
    end(
        asked,
        report_of(
            solution=("pass", PASSED, {}),
            starter=("fail", FAILED, {}),
            wrong__prints_instead=("fail", FAILED, {}),
        ),
    )
    page = unescape(ada.page(f"{bench(course)}/tries/{asked.public_id}"))
    assert "This exercise can be published." in page
    assert page.count("As it should be") == 3
    assert page.count("10 of 10 runs") == 3
    assert "prints-instead" in page
    assert "Return it." in page  # an author sees hints at once
    assert 'http-equiv="refresh"' not in page
    part = ada.page(f"{bench(course)}/tries/{asked.public_id}?part=1")
    assert part.lstrip().startswith('<div class="try" data-open="0">')


def test_the_table_says_what_is_wrong_and_how_to_mend_it(
    course: AuthoredCourse, ada: Writer, asked: AuthorRun
) -> None:
    report = report_of(
        solution=("pass", FAILED, {"ok": False}),
        starter=("fail", PASSED, {"ok": False}),
        wrong__adds_two=("fail", PASSED, {"ok": False}),
        wrong__prints_instead=("fail", FAILED, {"ok": False}),
        wrong__by_chance=(
            "fail",
            FAILED,
            {"ok": False, "alike": False, "outcomes": {"failed": 9, "passed": 1}},
        ),
    )
    report["exercises"][0]["faults"] = [
        {
            "path": "x",
            "line": 1,
            "message": "The solution does not pass: failed.",
            "cure": "Correct the solution.",
        }
    ]
    report["recorded"] = [FOLDER]
    end(asked, report)
    page = unescape(ada.page(f"{bench(course)}/tries/{asked.public_id}"))
    for sentence in (
        "Something is not right yet.",
        "The solution must pass.",
        "The starter passes already.",
        "This wrong program passes.",
        "students would not see its hint",
        "Its runs did not end alike.",
        "Failed (9), Passed (1)",
        "The solution does not pass: failed. Correct the solution.",
        "Your tests were recorded",
    ):
        assert sentence in page, sentence


def test_a_run_that_we_could_not_do_is_our_fault(
    course: AuthoredCourse, ada: Writer, asked: AuthorRun
) -> None:
    end(asked, {}, RunStatus.FAILED)
    assert "It is our fault, not yours." in ada.page(f"{bench(course)}/tries/{asked.public_id}")


def test_what_a_program_printed_is_text(course: AuthoredCourse, ada: Writer, asked: AuthorRun) -> None:
    bad = TestResult(0, "<b>x</b>", False, Outcome.FAILED, got="<script>1</script>", expected="\x1b[31m6")
    end(asked, report_of(solution=("pass", Verdict(Outcome.FAILED, (bad,)), {"ok": False})))
    page = ada.page(f"{bench(course)}/tries/{asked.public_id}")
    assert "<script>1" not in page
    assert "<b>x</b>" not in page
    assert "\x1b" not in page


def test_a_try_is_seen_at_its_own_exercise_only(
    course: AuthoredCourse, ada: Writer, asked: AuthorRun
) -> None:
    begin(ada, course, "program", "greet")
    ada.page(f"{bench(course, '01-first/greet')}/tries/{asked.public_id}", 404)
    ada.page(f"{bench(course)}/tries/nobody", 404)


def test_an_exercise_is_renamed_with_all_that_leads_to_it(
    course: AuthoredCourse, repository: Repository, school: School, ada: Writer
) -> None:
    lesson = repository.read(repository.head(), "01-first/lesson.md") or b""
    example = b"\n````\n```{exercise} double\n```\n````\n\nSee [it](double) and [that](doubled).\n"
    changes: dict[str, bytes | None] = {
        "01-first/lesson.md": lesson + example,
        "02-second/lesson.md": b"# Second\n\n[Back](../01-first/double) and [other](../01-first/double-more).\n",
        "translations/ar.po": b'#: 01-first/double/statement.md:1\nmsgid "a"\nmsgstr "b"\n',
    }
    repository.commit(changes, base=repository.head(), author=author_of(school.ada), message="Links.")
    page = ada.page(f"{bench(course)}/folder")
    assert "<code>02-second/lesson.md</code>" in page
    answer = ada.post(f"{bench(course)}/folder", name="twice")
    assert answer.status_code == 303
    assert answer.location == bench(course, "01-first/twice")
    files = repository.files(repository.head())
    text = files["01-first/lesson.md"].decode()
    assert "\n```{exercise} twice\n```\n" in text
    assert "````\n```{exercise} double\n" in text  # an example is no place
    assert "[it](twice) and [that](doubled)" in text
    assert files["02-second/lesson.md"].endswith(
        b"[Back](../01-first/twice) and [other](../01-first/double-more).\n"
    )
    assert b"#: 01-first/twice/statement.md:1\n" in files["translations/ar.po"]
    assert b"double/" not in files["translations/ar.po"]
    assert "01-first/twice/exercise.toml" in files
    assert not any(path.startswith("01-first/double/") for path in files)
    ada.page(bench(course), 404)


def test_an_exercise_cannot_take_the_place_of_another(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    begin(ada, course, "program", "greet")
    head = repository.head()
    for name in ("greet", "images", "new", "Bad Name", ""):
        answer = ada.post(f"{bench(course)}/folder", name=name)
        assert answer.status_code == 422, name
    assert ada.post(f"{bench(course)}/folder", name="double").status_code == 303
    assert repository.head() == head


def test_an_exercise_is_removed_with_its_place(
    course: AuthoredCourse, repository: Repository, ada: Writer
) -> None:
    before = repository.history()[1].id
    assert ada.post(f"{bench(course)}/folder", action="remove").status_code == 303
    assert repository.listing(repository.head()) == repository.listing(before)
    assert draft_source(course).faults == []


def test_translators_and_outsiders_find_nothing(
    course: AuthoredCourse, school: School, write: Write, ada: Writer, asked: AuthorRun
) -> None:
    for person in (school.mila, school.otto, school.ben):
        somebody = write(person)
        for path in (bench(course), f"{bench(course)}/folder", f"{bench(course)}/tries/{asked.public_id}"):
            somebody.page(path, 404)
        assert somebody.post(bench(course), base="0" * 40, title="x").status_code == 404
        assert somebody.post(f"/authoring/{course.public_id}/value").status_code == 404


@pytest.mark.parametrize("folder", ["01-first/absent", "09-none/double", "01-first/images"])
def test_what_is_not_there_is_not_found(course: AuthoredCourse, ada: Writer, folder: str) -> None:
    ada.page(bench(course, folder), 404)


def test_queries_do_not_grow_with_the_exercise(
    app: Flask, course: AuthoredCourse, repository: Repository, school: School, ada: Writer
) -> None:
    with count_queries() as few:
        ada.page(bench(course))
    sheet = read_sheet(files_of(repository))
    sheet.checks += [CheckRow(f"Check {n}", call=f"double({n})", returns=str(n)) for n in range(30)]
    sheet.tests = [TestFile("test_a.py", "x = 1\n")]
    fields = form_of(sheet) | {"base": repository.head()}
    assert ada.post(bench(course), **fields, do="save").status_code == 303
    with count_queries() as many:
        ada.page(bench(course))
    assert len(many) <= len(few) + 1
