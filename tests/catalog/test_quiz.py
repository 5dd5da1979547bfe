"""Quizzes are marked on the server; short answers are compared the way people type them."""

from __future__ import annotations

import polib
import pytest

from lms.catalog.extract import extract
from lms.catalog.model import Quiz
from lms.catalog.parse import read_course
from lms.catalog.quiz import fold_answer, mark, shuffled_lines
from lms.catalog.services import mark_quiz, render_lesson
from tests.catalog.builder import CourseBuilder

SHORT = """\
:::{quiz} length
:kind: short
What does `len("abc")` give?

- [x] `3`
- [x] three
- [ ] 4
  > Count again: a, b, c.
:::
"""
ORDER = """\
:::{quiz} order
:kind: order
Put the lines in order.

```python
name = input()

if name:
    print(name)
```

First ask.
:::
"""


def quiz_of(builder: CourseBuilder, text: str) -> Quiz:
    builder.lesson(text)
    course = read_course(builder.path).course
    assert course is not None
    return course.lessons[1].quizzes[0]


@pytest.mark.parametrize(
    ("answer", "right", "chosen"),
    [
        ("3", True, (0,)),
        (" `3` ", True, (0,)),
        ("٣", True, (0,)),
        ("۳", True, (0,)),
        ("३", True, (0,)),
        ("\u200f3\u200f", True, (0,)),
        ("THREE", True, (1,)),
        ("4", False, (2,)),
        ("٤", False, (2,)),
        ("5", False, ()),
        ("", False, ()),
        ("3" * 100_000, False, ()),
    ],
)
def test_short(builder: CourseBuilder, answer: str, right: bool, chosen: tuple[int, ...]) -> None:
    found = mark(quiz_of(builder, SHORT), [answer])
    assert (found.right, found.chosen) == (right, chosen)


def test_native_decimal_signs() -> None:
    assert fold_answer("٣٫٥") == "3.5"
    assert fold_answer("  Hello   World ") == "hello world"


def test_vowel_marks_and_quotes_of_prose_do_not_matter() -> None:
    assert fold_answer("«علامَتا الإقتباس»") == fold_answer("علامتا الاقتباس")
    assert fold_answer("“ guillemets ”") == "guillemets"
    assert fold_answer('"3"') != fold_answer("3")
    assert fold_answer("“”") == "“”"


def test_a_short_answer_in_the_readers_language(builder: CourseBuilder) -> None:
    quiz = quiz_of(builder, SHORT)
    extract(read_course(builder.path), "ar")
    path = builder.path / "translations/ar.po"
    po = polib.pofile(str(path))
    entry = po.find("three")
    assert entry is not None
    entry.msgstr = "ثلاثة"
    po.save()
    course = read_course(builder.path).course
    assert course is not None

    assert mark_quiz(course, quiz, "ar", ["ثلاثة"]).right
    assert mark_quiz(course, quiz, "ar", ["three"]).right
    assert not mark_quiz(course, quiz, "en", ["ثلاثة"]).right


def test_choices(builder: CourseBuilder) -> None:
    course = read_course(builder.path).course
    assert course is not None
    quiz = course.lessons[0].quizzes[0]
    assert mark(quiz, ["0"]).right
    for given in (["1"], ["0", "1"], [], ["9"], ["-1"], ["x"], ["٠"], ["0" * 5000]):
        assert not mark(quiz, given).right, given


def test_order(builder: CourseBuilder) -> None:
    quiz = quiz_of(builder, ORDER)
    shown = shuffled_lines(quiz)

    assert quiz.lines == ("name = input()", "if name:", "    print(name)")
    assert quiz.explanation == "First ask."
    assert sorted(shown) == sorted(quiz.lines)
    assert shown != quiz.lines
    assert shown == shuffled_lines(quiz)
    right = [str(shown.index(line)) for line in quiz.lines]
    assert mark(quiz, right).right
    assert not mark(quiz, ["0", "1", "2"]).right
    assert not mark(quiz, [*right, right[0]]).right
    assert not mark(quiz, right[:2]).right


def test_rendered_order_shows_indented_lines(builder: CourseBuilder) -> None:
    quiz_of(builder, ORDER)
    course = read_course(builder.path).course
    assert course is not None
    rendered = render_lesson(course, course.lessons[1], "en").parts[-1].quiz
    assert rendered is not None
    assert [line.value for line in rendered.lines] == ["0", "1", "2"]
    assert any(">    <" in line.html or ">    " in line.html for line in rendered.lines)
