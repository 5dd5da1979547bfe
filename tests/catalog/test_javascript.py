"""Courses with JavaScript: read as those with Python, and told what JavaScript has not."""

from __future__ import annotations

import pytest

from lms.catalog.check import static_check
from lms.catalog.highlight import highlight_line
from lms.catalog.parse import read_course
from lms.catalog.snapshot import exercise_from_json, exercise_to_json
from tests.catalog.builder import CourseBuilder

TOML = "01-start/double/exercise.toml"
LESSON = "01-start/lesson.md"


@pytest.fixture
def script(builder: CourseBuilder) -> CourseBuilder:
    """The small course, in JavaScript."""
    builder.javascript()
    return builder


def test_a_right_course_has_no_fault(script: CourseBuilder) -> None:
    assert static_check(script.path) == []
    course = read_course(script.path).course
    assert course is not None
    exercise = course.lessons[0].exercises[0]
    assert exercise.kernel == "javascript"
    assert exercise.files == ("solution.js",)
    assert exercise.starter == {"solution.js": "function double(n) {\n}\n"}
    assert sorted(exercise.wrong) == ["adds-two", "prints-instead"]
    assert course.lessons[0].cells[0].language == "javascript"
    again = exercise_from_json(exercise_to_json(exercise))
    assert (again.kernel, again.checks, again.version) == (
        exercise.kernel, exercise.checks, exercise.version
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "cure"),
    [
        ('returns = "6"', 'returns = "None"', 8, "`None` is a name", "as JavaScript would"),
        ('returns = "6"', 'returns = "[1, "', 8, "is not JavaScript", "as JavaScript would"),
        ('call = "double(3)"', 'call = "new double(3)"', 7, "may write `new`", "as JavaScript would"),
        ('returns = "6"', 'raises = "My$Error"', 0, "", ""),
        ('value = "undefined"', 'value = "(1, 2)"', 21, "is not a literal", "as JavaScript would"),
        (
            "[[mistakes]]", '[rules]\nmust_use = ["for"]\n\n[[mistakes]]', 18, "no rules for JavaScript",
            "Remove `[rules]`",
        ),
        (
            'kernel = "javascript"', 'kernel = "javascript"\nfiles = ["solution.py"]', 3,
            "is not a file of JavaScript", "`….js`",
        ),
        ('kernel = "javascript"', 'kernel = "ruby"', 2, "`kernel` is 'ruby'", "`javascript`"),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_line(  # noqa: PLR0917  (one parameter for each part of a fault)
    script: CourseBuilder, old: str, new: str, line: int, message: str, cure: str
) -> None:
    script.replace(TOML, old, new)
    found = [fault for fault in static_check(script.path) if fault.path == TOML]
    assert bool(found) == bool(message)
    assert not message or any(
        fault.line == line and message in fault.message and cure in fault.cure for fault in found
    ), found


def test_a_program_is_one_file(script: CourseBuilder) -> None:
    script.replace(TOML, 'kernel = "javascript"', 'kernel = "javascript"\nfiles = ["a.js", "b.js"]')
    for part in ("starter", "solution", "wrong/prints-instead", "wrong/adds-two"):
        script.remove(f"01-start/double/{part}.js")
        for name in ("a", "b"):
            script.write(f"01-start/double/{part}/{name}.js", "")
    (fault,) = static_check(script.path)
    assert (fault.path, fault.line, fault.cure) == (TOML, 3, "Put the program into one file.")


def test_a_python_name_has_no_dollar(builder: CourseBuilder) -> None:
    builder.replace(TOML, 'returns = "6"', 'raises = "My$Error"')
    (fault,) = static_check(builder.path)
    assert (fault.path, fault.line) == (TOML, 7)
    assert "not a name of Python" in fault.message


def test_ordinary_tests_are_not_for_javascript(script: CourseBuilder) -> None:
    text = script.read(TOML)
    start, end = text.index("[[checks]]"), text.index("[[mistakes]]")
    script.write(TOML, text[:start] + text[end:])
    script.write("01-start/double/tests/test_solution.py", "import solution\n")
    told = [fault.message for fault in static_check(script.path)]
    assert "There are no ordinary tests for JavaScript." in told


def test_files_of_the_other_language_do_not_belong(script: CourseBuilder) -> None:
    script.write("01-start/double/solution.py", "")
    script.write("01-start/double/wrong/other.py", "")
    told = {fault.path: fault.cure for fault in static_check(script.path)}
    assert "solution.js" in told["01-start/double/solution.py"]
    assert ".js files" in told["01-start/double/wrong/other.py"]


def test_the_cells_of_a_lesson_have_one_language(script: CourseBuilder) -> None:
    script.append(LESSON, "\n```{code-cell} python\n:id: other\nprint(1)\n```\n")
    told = [fault for fault in static_check(script.path) if fault.path == LESSON]
    assert [fault.message for fault in told] == ["The cells of one lesson have one language."]
    assert "`javascript`" in told[0].cure


def test_code_is_coloured_in_its_language(script: CourseBuilder) -> None:
    script.append(
        LESSON,
        "\n:::{quiz} order\n:kind: order\nSort.\n\n```javascript\nconst a = 1;\nlet b = `x${a}`;\n```\n:::\n",
    )
    course = read_course(script.path).course
    assert course is not None
    quiz = course.lessons[0].quizzes[-1]
    assert quiz.language == "javascript"
    assert '<span class="kd">const</span>' in highlight_line(quiz.lines[0], quiz.language)
    assert highlight_line("<b>", "no such language") == highlight_line("<b>", "text")
    assert "&lt;b&gt;" in highlight_line("<b>", "no such language")
