"""What the buttons of the lesson editor put into a text, and the pictures of a lesson."""

from __future__ import annotations

import io
from html import unescape
from typing import Any

import pytest
from PIL import Image

from lms.authoring import editing
from lms.authoring.editing import Insert, as_stored, put_in
from lms.authoring.models import AuthoredCourse
from lms.authoring.repository import Repository
from lms.authoring.services import draft_source
from lms.catalog.check import static_check
from tests.authoring.conftest import Write, Writer
from tests.authoring.test_lessons import TEXT, here, preview, save, text_of
from tests.factories import School

# ---- Parts -----------------------------------------------------------------------------------------------


def insert(writer: Writer, course: AuthoredCourse, kind: str, text: str = TEXT, **more: Any) -> Any:
    fields = {"action": f"insert-{kind}", "text": text, "base": "0" * 40, **more}
    return writer.post(here(course), **fields)


QUIZ = {
    "quiz-kind": "single",
    "quiz-language": "python",
    "quiz-question": "Which?",
    "quiz-options-0-text": "this",
    "quiz-options-0-right": "y",
    "quiz-options-1-text": "that",
    "quiz-options-1-feedback": "No.",
}


@pytest.mark.parametrize(
    "part",
    [
        (
            "cell",
            {"cell-language": "javascript", "cell-code": "x = 1;"},
            "```{code-cell} javascript\n:id: cell-1\nx = 1;\n```",
        ),
        (
            "box",
            {"box-kind": "tip", "box-title": "So", "box-text": ":::\nRead"},
            "::::{tip} So\n:::\nRead\n::::",
        ),
        ("word", {"word-key": "loop", "word-words": "a <loop>"}, "We count to ten. {term}`a loop <loop>`"),
        ("quiz", QUIZ, ":::{quiz} question-1\n:kind: single\nWhich?\n\n- [x] this\n- [ ] that\n  > No.\n:::"),
        (
            "quiz",
            {"quiz-kind": "order", "quiz-question": "Put:", "quiz-lines": "a\r\nb", "quiz-language": "text"},
            ":::{quiz} question-1\n:kind: order\nPut:\n\n```text\na\nb\n```\n:::",
        ),
    ],
)
def test_a_part_is_put_in_without_scripts(
    course: AuthoredCourse, school: School, write: Write, part: tuple[str, dict[str, str], str]
) -> None:
    kind, fields, block = part
    answer = insert(write(school.ada), course, kind, **fields)
    assert answer.status_code == 200
    text = text_of(answer.get_data(as_text=True))
    assert text.endswith(block + "\n")
    assert text.startswith("# First\n\nWe count to ten.")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({**QUIZ, "quiz-question": " "}, "Please fill this in."),
        ({**QUIZ, "quiz-options-1-text": ""}, "Write at least two options."),
        ({**QUIZ, "quiz-options-0-right": ""}, "Mark at least one option as right."),
        ({**QUIZ, "quiz-options-1-right": "y"}, "Mark one option only"),
        ({**QUIZ, "quiz-options-1-text": "this"}, "Two options are the same."),
        ({**QUIZ, "quiz-kind": "order", "quiz-lines": "a"}, "Write at least two different lines."),
        ({**QUIZ, "quiz-question": "```\nopen"}, "would be read as another part"),
        ({**QUIZ, "quiz-kind": "essay"}, "Not a valid choice"),
    ],
)
def test_a_question_that_cannot_be_is_refused_and_kept(
    course: AuthoredCourse, school: School, write: Write, fields: dict[str, str], sentence: str
) -> None:
    fields = {key: value for key, value in fields.items() if value}
    answer = insert(
        write(school.ada), course, "quiz", text="# Mine\n", **{"quiz-explanation": "Kept words."}, **fields
    )
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert sentence in page
    assert "Kept words." in page
    assert text_of(page) == "# Mine\n"


def test_the_script_gets_the_part_alone(course: AuthoredCourse, school: School, write: Write) -> None:
    ada = write(school.ada)

    def ask(**more: str) -> Any:
        data = {"csrf_token": ada.token, "action": "insert-word", "text": TEXT, "base": "0" * 40, **more}
        return ada.client.post(here(course), data=data, headers={"Accept": "application/json"})

    answer = ask(**{"word-key": "loop"})
    assert (answer.get_json()["text"], answer.get_json()["inline"]) == ("{term}`loop`", True)
    refused = ask(**{"word-key": "other"})
    assert refused.status_code == 422
    assert "error-text" in refused.get_json()["panel"]


def png() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (5, 5), "red").save(out, "PNG")
    out.seek(0)
    return out


def test_a_picture_comes_with_its_words(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada = write(school.ada)
    answer = insert(
        ada, course, "figure", **{"figure-file": (png(), "../My cat.png"), "figure-alt": "A cat."}
    )
    text = text_of(answer.get_data(as_text=True))
    assert text.endswith("```{figure} images/my-cat.png\n:alt: A cat.\n```\n")
    assert repository.read(repository.head(), "01-first/images/my-cat.png")
    assert save(ada, course, text, repository.head()).status_code == 303
    shown = preview(ada, course, text)
    assert f'src="/authoring/{course.public_id}/pictures/01-first/images/my-cat.png?v=' in shown["document"]
    assert "Nothing wrong" in shown["faults"]
    kept = insert(
        ada,
        course,
        "figure",
        **{"figure-kept": "my-cat.png", "figure-alt": "A cat.", "figure-caption": "Mia."},
    )
    assert kept.status_code == 200
    assert "Mia.\n```" in text_of(kept.get_data(as_text=True))


@pytest.mark.parametrize(
    "case",
    [
        ({"figure-alt": "A cat."}, "Choose a picture first."),
        ({"figure-alt": "", "figure-file": "png"}, "Please fill this in."),
        ({"figure-alt": "A cat.", "figure-file": "text"}, "no picture that can be read"),
        ({"figure-alt": "A cat.", "figure-kept": "../../x.png"}, "not there any more"),
    ],
)
def test_a_picture_without_words_or_that_is_none(
    course: AuthoredCourse,
    repository: Repository,
    school: School,
    write: Write,
    case: tuple[dict[str, str], str],
) -> None:
    fields, sentence = case
    head = repository.head()
    files = {"png": lambda: (png(), "a.png"), "text": lambda: (io.BytesIO(b"text"), "a.png")}
    sent = {key: files[value]() if key == "figure-file" else value for key, value in fields.items()}
    answer = insert(write(school.ada), course, "figure", **sent)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert repository.head() == head


def test_the_list_of_pictures(
    course: AuthoredCourse, repository: Repository, school: School, write: Write
) -> None:
    ada, list_of = write(school.ada), f"{here(course)}/pictures"
    assert "no pictures yet" in ada.page(f"{here(course, '02-second')}/pictures")
    assert ada.post(list_of, file=(png(), "cat.png")).status_code == 303
    assert "No text shows it." in ada.page(list_of)
    save(ada, course, TEXT + "\n![A cat](images/cat.png)\n", repository.head())
    assert "Used in:" in ada.page(list_of)
    picture = ada.client.get(f"/authoring/{course.public_id}/pictures/01-first/images/cat.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert picture.headers["Content-Security-Policy"].endswith("sandbox")
    for path in ("course.toml", "01-first/lesson.md", "01-first/images/none.png"):
        assert ada.client.get(f"/authoring/{course.public_id}/pictures/{path}").status_code == 404
    refused = ada.post(list_of, file=(io.BytesIO(b"x"), "cat.png"))
    assert refused.status_code == 422
    for name in ("../lesson.md", "cat.png", "cat.png"):
        assert ada.post(f"{list_of}/remove", name=name).status_code == 303
    assert "01-first/lesson.md" in repository.listing(repository.head())
    assert repository.read(repository.head(), "01-first/images/cat.png") is None


# ---- Texts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "after", "found"),
    [
        ("a\n", None, "a\n\nB\n"),
        ("a\nc\n", 1, "a\n\nB\n\nc\n"),
        ("a\n\nc\n", 1, "a\n\nB\n\nc\n"),
        ("a\n", 99, "a\n\nB\n"),
        ("a\n", 0, "B\n\na\n"),
        ("", None, "B\n"),
    ],
)
def test_a_block_stands_between_empty_lines(text: str, after: int | None, found: str) -> None:
    assert put_in(text, after, Insert("B\n")) == found


def test_names_are_given_once() -> None:
    text = "```{code-cell} python\n:id: cell-1\n```\n:::{quiz} cell-2\n:::\n"
    assert editing.free_id(text, "cell") == "cell-3"
    assert as_stored("\ufeffa\r\nb\rc \n\n") == "a\nb\nc\n"


def test_everything_that_can_be_put_in_is_sound(
    course: AuthoredCourse, repository: Repository, school: School, write: Write, tmp_path: Any
) -> None:
    ada, text = write(school.ada), TEXT
    for kind, fields in [
        ("cell", {"cell-language": "python", "cell-code": "print('```')\n```\n"}),
        ("quiz", QUIZ),
        ("quiz", {**QUIZ, "quiz-kind": "short", "quiz-options-0-text": "3"}),
        ("box", {"box-kind": "warning", "box-title": "", "box-text": "Look."}),
        ("word", {"word-key": "loop"}),
    ]:
        answer = insert(ada, course, kind, text=text, **fields)
        text = text_of(answer.get_data(as_text=True))
    save(ada, course, text, repository.head())
    source = draft_source(course)
    assert [fault for fault in static_check(source.path) if fault.path.endswith(".md")] == []
    assert len(source.lessons[0].lesson.quizzes) == 2  # type: ignore[union-attr]  # no fault, so there is a lesson
