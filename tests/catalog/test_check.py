"""Every static fault is told with its file, its line and a cure."""

from __future__ import annotations

import pytest

from lms.catalog.check import static_check
from lms.catalog.model import Fault
from lms.catalog.parse import read_course
from tests.catalog.builder import CourseBuilder

TOML = "01-start/double/exercise.toml"
LESSON = "01-start/lesson.md"
END = "02-end/lesson.md"
PO = "translations/ar.po"


def faults(builder: CourseBuilder, *, untranslated: bool = True) -> list[Fault]:
    """What the checker says, without the remark that new texts are not yet in the PO file."""
    found = static_check(builder.path)
    return [f for f in found if not (untranslated and f.path.startswith("translations/"))]


def test_a_right_course_has_no_fault(builder: CourseBuilder) -> None:
    assert static_check(builder.path) == []


REPLACED = [
    ("course.toml", "hours = 2", "hors = 2", 7, "`hors` is not a known key", "Did you mean `hours`"),
    ("course.toml", 'level = "beginner"', 'level = "easy"', 4, "`level` is 'easy'", "`beginner`"),
    ("course.toml", "format = 1", "format = 2", 1, "`format` is 2", "`1`"),
    ("course.toml", "hours = 2", 'hours = "2"', 7, "wrong type", "a number"),
    ("course.toml", 'title = "Small', "title = Small", 2, "not TOML", "quotes"),
    ("course.toml", 'summary = "A course for tests."\n', "", 1, "`summary` is missing", "Add `summary"),
    ("course.toml", '"en", "ar"', '"en", "Arabic!"', 6, "not allowed", "language tag"),
    ("course.toml", '"01-start" = 30', '"01-strat" = 30', 15, "no lesson `01-strat`", "Mend"),
    ("course.toml", "http://data", "data", 11, "not allowed", "ESCO address"),
    ("glossary.toml", "definition", "meaning", 1, "`definition` is missing", "Add"),
    ("glossary.toml", "[variable]", "[Variable]", 1, "`Variable` is not a known key", "a-z"),
    (TOML, 'kind = "call"', 'kind = "cal"', 5, "`kind` is 'cal'", "`program`"),
    (
        TOML,
        'returns = "6"',
        'stdout = "6"',
        7,
        "`stdout` does not belong to kind = 'call'",
        "change the kind",
    ),
    (TOML, 'returns = "6"\n', "", 3, "nothing to compare", "`returns`"),
    (
        TOML,
        'returns = "6"',
        'returns = "6"\nraises = "ValueError"',
        3,
        "exclude each other",
        "one of the two",
    ),
    (TOML, 'returns = "6"', 'returns = "six"', 7, "`six` is a name", "as Python would"),
    (TOML, 'returns = "6"', 'returns = "(1, "', 7, "is not Python", "as Python would"),
    (TOML, 'call = "double(3)"', 'call = "double 3"', 6, "is not Python", "as Python would"),
    (TOML, 'call = "double(3)"', 'call = "double(n)"', 6, "`n` is a name", "as Python would"),
    (TOML, 'hint = "Multiply by 2."', "hint = 2", 8, "wrong type", "text in quotes"),
    (TOML, "Other numbers too", "Doubling 3 gives 6", 11, "the same name", "differ"),
    (TOML, 'returns = "6"', 'returns = "6"\nhidden = true', 3, "Every check is hidden", "at least one"),
    (
        TOML,
        'sample = "adds-two"',
        'sample = "adds-three"',
        23,
        "no wrong sample `adds-three`",
        "wrong/adds-three.py",
    ),
    (TOML, 'sample = "adds-two"', 'sample = "adds-three"', 1, "`adds-two` has no hint", "[[mistakes]]"),
    (TOML, 'sample = "adds-two"', 'sample = "prints-instead"', 23, "two mistakes", "one entry"),
    (TOML, "check = 1", "check = 3", 25, "no check 3", "from 1 to 2"),
    (TOML, "check = 1", 'rule = "for"', 25, "no rule `for`", "[rules]"),
    (TOML, "check = 1", 'value = "x y"', 25, "is not Python", "as Python would"),
    (TOML, "check = 1\n", "", 22, "nothing to compare", "`value`"),
    (TOML, "[[mistakes]]", '[rules]\nmust_use = ["loop"]\n\n[[mistakes]]', 18, "not allowed", "construct"),
    (TOML, "[[checks]]", "review = 1\n\n[[checks]]", 3, "`review` is 1", "`true`"),
    (TOML, "[[checks]]", "review = false\n\n[[checks]]", 3, "`review` is 'false'", "`true`"),
    (TOML, "[[checks]]", "[review]\n\n[[checks]]", 3, "`criteria` is missing", "Add `criteria"),
    (TOML, "[[checks]]", "[review]\ncriteria = []\n\n[[checks]]", 4, "too short", "at least 1"),
    (
        TOML,
        "[[checks]]",
        '[review]\ncriteria = [\n"a b",\n3]\n\n[[checks]]',
        6,
        "wrong type",
        "text in quotes",
    ),
    (TOML, "[[checks]]", '[review]\ncriterion = ["a"]\n\n[[checks]]', 4, "not a known key", "`criteria`"),
    (LESSON, "# The start", "The start", 1, "does not begin with its title", "# Title"),
    (LESSON, "# The start", "---\nx: 1\n---", 1, "does not begin with its title", "# Title"),
    (LESSON, "## Try it", "# Try it", 5, "second title", "##"),
    (LESSON, ":id: first\n", "", 7, "no id", ":id:"),
    (LESSON, ":id: first", ":id: sign", 18, "`sign` is used twice", "its own id"),
    (LESSON, "{code-cell} python", "{code-cell} ruby", 7, "`ruby` cannot run", "python"),
    (LESSON, ":id: first", ":id: first\n:tags: x", 7, "`:tags:` is not an option", ":id:"),
    (LESSON, "{exercise} double", "{exercise} dubble", 15, "no exercise `dubble`", "Make the folder"),
    (LESSON, "{quiz} sign", "{quiz}", 18, "no id", "{quiz} my-question"),
    (LESSON, ":kind: single", ":kind: one", 18, "no known kind", "multiple"),
    (LESSON, "- [x] It adds.", "- [ ] It adds.", 18, "no right answer", "[x]"),
    (LESSON, "- [ ] It prints.", "- [x] It prints.", 18, "more than one right answer", "multiple"),
    (LESSON, "- [ ] It prints.\n", "", 18, "only one option", "at least two"),
    (LESSON, "- [ ] It prints.", "- It prints.", 24, "neither right nor wrong", "[x]"),
    (LESSON, "- [ ] It prints.", "- [ ] It adds.", 18, "are the same", "Remove"),
    (LESSON, "What does `+` do?\n", "", 18, "no question", "above"),
    (LESSON, "{term}`variable`", "{term}`varable`", 3, "no term `varable`", "glossary.toml"),
    (LESSON, "{term}`variable`", "{word}`variable`", 3, "`{word}` is not a known role", "term"),
    (LESSON, ":::{note}", ":::{hint}", 29, "`{hint}` is not a known block", "note"),
    (LESSON, ":::{note}", ":::", 29, "no name", "{note}"),
]


@pytest.mark.parametrize(("path", "old", "new", "line", "message", "cure"), REPLACED)
def test_fault_of_a_changed_file(  # noqa: PLR0917 - pytest passes them by name
    builder: CourseBuilder, path: str, old: str, new: str, line: int, message: str, cure: str
) -> None:
    builder.replace(path, old, new)

    found = [fault for fault in faults(builder) if message in fault.message]

    assert found, faults(builder)
    assert (found[0].path, found[0].line) == (path, line)
    assert cure in found[0].cure


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        ("See [this](../03-gone).\n", 3, "`../03-gone` leads nowhere", "../02-values"),
        ("See\n[this](../01-start#nothing).\n", 4, "no heading `#nothing`", "try-it"),
        ("[bad](javascript:alert(1))\n", 3, "not one that can be followed", "https"),
        ("Some <b>bold</b> text.\n", 3, "`<b>` is HTML", "Markdown"),
        ("<script>alert(1)</script>\n", 3, "is HTML", "Markdown"),
        ("![a box](images/box.svg)\n", 3, "no picture `images/box.svg`", "02-end/images/box.svg"),
        ("```{figure} images/box.svg\n:alt: A box.\n```\n", 3, "no picture", "SVG"),
        ("```{figure} ../01-start/images/x.png\nA box.\n```\n", 3, "no `:alt:`", "what it shows"),
        ("Write `a\u202eb` now.\n", 3, "direction mark U+202E", "Remove"),
        ("```python\nx = 1\ny\u200f = 2\n```\n", 5, "direction mark U+200F", "Remove"),
        ("```{code-cell}\n:id: c\n\nx\u2067 = 1\n```\n", 6, "direction mark U+2067", "Remove"),
        ("- item\n\n  ```{exercise} x\n  ```\n", 5, "inside another block", "left margin"),
        (
            ":::{quiz} o\n:kind: order\nSort.\n\n```python\nx = 1\n```\n:::\n",
            3,
            "no lines to put in order",
            "order",
        ),
        (":::{quiz} o\n:kind: short\nSay.\n:::\n", 3, "no options", "[x]"),
    ],
)
def test_fault_of_a_lesson(builder: CourseBuilder, text: str, line: int, message: str, cure: str) -> None:
    builder.lesson(text)

    found = [fault for fault in faults(builder) if message in fault.message]

    assert found, faults(builder)
    assert (found[0].path, found[0].line) == (END, line)
    assert cure in found[0].cure


@pytest.mark.parametrize("path", ["statement.md", "starter.py", "solution.py"])
def test_missing_file_of_an_exercise(builder: CourseBuilder, path: str) -> None:
    builder.remove(f"01-start/double/{path}")

    fault = faults(builder)[0]

    assert (fault.path, fault.line, fault.message) == (f"01-start/double/{path}", 1, "This file is missing.")
    assert path.partition(".")[0] in fault.cure


def test_exercise_that_is_not_placed_or_placed_twice(builder: CourseBuilder) -> None:
    block = "```{exercise} double\n```\n"
    builder.append(LESSON, "\n" + block)
    assert [(f.line, f.message) for f in faults(builder)] == [(33, "The exercise `double` is placed twice.")]

    text = builder.read(LESSON).replace(block, "")
    builder.write(LESSON, text)
    (fault,) = faults(builder)
    assert (fault.path, fault.message) == (TOML, "The exercise `double` is not placed in its lesson.")
    assert "{exercise} double" in fault.cure


def test_too_few_wrong_samples(builder: CourseBuilder) -> None:
    builder.remove("01-start/double/wrong/adds-two.py")

    assert any(f.path == TOML and "Wrong samples are missing" in f.message for f in faults(builder))


def test_script_step_that_uses_an_unknown_name(builder: CourseBuilder) -> None:
    builder.append(
        TOML,
        '\n[[checks]]\nname = "Steps"\nkind = "script"\nsteps = [\n'
        '  { do = "new", as = "acc", call = "Account(10)" },\n'
        '  { do = "call", on = "acount", call = "pay(1)" },\n'
        '  { do = "get", on = "acc", attribute = "total", equals = "five" },\n]\n',
    )

    found = {(f.line, f.message) for f in faults(builder)}

    assert found == {
        (32, "No earlier step makes `acount`."),
        (33, "`five` is a name, not a value. Put quotes around text: `'five'`."),
    }


def test_stray_files_and_folders(builder: CourseBuilder) -> None:
    builder.write("03-empty/notes.txt", "")
    builder.write("01-start/extra/x.py", "")
    builder.write("01-start/double/Solution.py", "")

    assert {f.path for f in faults(builder)} == {"03-empty", "01-start/extra", "01-start/double/Solution.py"}
    assert all(f.cure for f in faults(builder))


def test_picture_with_a_script(builder: CourseBuilder) -> None:
    builder.write("02-end/images/bad.svg", "<svg>\n<script>alert(1)</script>\n</svg>")

    (fault,) = faults(builder)

    assert (fault.path, fault.line) == ("02-end/images/bad.svg", 2)
    assert "plain SVG" in fault.cure


def test_direction_mark_in_a_program(builder: CourseBuilder) -> None:
    builder.write("01-start/double/solution.py", "def double(n):\n    return n * 2  # \u202e\n")

    (fault,) = faults(builder)

    assert (fault.path, fault.line) == ("01-start/double/solution.py", 2)


@pytest.mark.parametrize(
    ("msgid", "msgstr", "message", "cure"),
    [
        ("A {term}`variable` holds 2 values, see `print`.", "{term}`م <variable>` ٢ `print`", None, None),
        (
            "A {term}`variable` holds 2 values, see `print`.",
            "{term}`م <variable>` 2 `prnt`",
            "code",
            "Add `print`",
        ),
        (
            "A {term}`variable` holds 2 values, see `print`.",
            "{term}`م <variable>` 3 `print`",
            "numbers",
            "Add `2`",
        ),
        ("A {term}`variable` holds 2 values, see `print`.", "{term}`متغيّر` 2 `print`", "terms", "variable"),
        (
            "A {term}`variable` holds 2 values, see `print`.",
            "{term}`variable` 2 `()print`",
            "backwards",
            "left to",
        ),
        ("Write `double`.", "اكتب `dou\u202eble`", "direction mark", "Copy"),
        ("Write `double`.", "اكتب `double` {name}", "placeholders", "Remove `{name}`"),
        ("Write `double`.", "اكتب [x](https://example.org) `double`", "links", "Remove `https"),
    ],
)
def test_translation_that_differs(
    builder: CourseBuilder, msgid: str, msgstr: str, message: str | None, cure: str | None
) -> None:
    # An entry begins with the reference above its msgid.
    line = builder.read(PO).splitlines().index(f'msgid "{msgid}"')
    builder.replace(PO, f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{msgstr}"')

    found = static_check(builder.path)

    if message is None or cure is None:
        assert found == []
        return
    fault = next(fault for fault in found if message in fault.message)
    assert (fault.path, fault.line) == (PO, line)
    assert cure in fault.cure


def test_translation_file_that_is_missing_old_or_broken(builder: CourseBuilder) -> None:
    builder.replace(LESSON, "Another thing", "Quite another thing")
    assert {f.message for f in static_check(builder.path)} == {
        "The course no longer has this text.",
        "1 texts of the course are not in this file.",
    }

    builder.write(PO, 'msgid "a"\nmsgtxt "b"\n')
    (fault,) = static_check(builder.path)
    assert (fault.path, fault.line, fault.message) == (PO, 2, "This is not a PO file.")

    builder.remove(PO)
    builder.write("translations/xx.po", "")
    assert {(f.path, f.message) for f in static_check(builder.path)} == {
        (PO, "This translation is missing."),
        ("translations/xx.po", "This language is not one of the course's."),
    }


def test_lessons_in_an_order_of_their_own(builder: CourseBuilder) -> None:
    builder.write("00-later/lesson.md", "# Later\n\nText.\n")
    assert [lesson.slug for lesson in read_course(builder.path).lessons] == ["00-later", "01-start", "02-end"]
    builder.replace("course.toml", "hours = 2", 'hours = 2\norder = ["01-start"]')
    assert [lesson.slug for lesson in read_course(builder.path).lessons] == ["01-start", "00-later", "02-end"]
    builder.replace("course.toml", '"01-start"]', '"01-start", "no-such"]')
    [fault] = [fault for fault in read_course(builder.path).faults if "no-such" in fault.message]
    assert (fault.path, fault.line) == ("course.toml", 8)


def test_blocks_stand_at_most_six_deep(builder: CourseBuilder) -> None:
    deep = "".join(f"{':' * (20 - n)}{{note}}\n" for n in range(9)) + "Deep.\n"
    builder.write("00-deep/lesson.md", f"# Deep\n\n{deep}")
    [fault] = [fault for fault in static_check(builder.path) if fault.path == "00-deep/lesson.md"]
    assert (fault.line, fault.message) == (9, "This block stands too deep inside other blocks.")


@pytest.mark.parametrize("signs", ["[" * 501, "![" * 501, "*a " * 5001])
def test_a_paragraph_of_signs_alone_is_left_out(builder: CourseBuilder, signs: str) -> None:
    builder.write("00-signs/lesson.md", f"# Signs\n\nBefore.\n\n{signs}\n")
    [fault] = [fault for fault in static_check(builder.path) if fault.path == "00-signs/lesson.md"]
    assert (fault.line, fault.message) == (5, "This paragraph has too many signs of Markdown.")
