"""A small course, and Ben and Cleo in their browsers: Ben's class takes the course, Cleo's takes another."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.db import db
from tests.factories import School, make_school, sign_in

COURSE_TOML = """format = 1
title = "First steps in Python"
summary = "A small course."
level = "beginner"
language = "en"
languages = ["en", "ar"]
hours = 2
licence = "CC-BY-4.0"
authors = ["Test"]

[minutes]
"01-hello" = 90
"""

GLOSSARY = """[program]
term = "program"
definition = "Instructions for a computer."
"""

LESSON = """# Hello

A {term}`program` runs. <script>alert(1)</script>

```{code-cell} python
:id: first
print("Hello")
```

:::{quiz} one
:kind: single
What does `print` do?

- [x] It shows text.
  > Yes, on the screen.
- [ ] It prints on paper.
  > No printer is used.

The word is old.
:::

:::{quiz} many
:kind: multiple
Which are numbers?

- [x] `1`
- [x] `2`
- [ ] `"a"`
:::

:::{quiz} short
:kind: short
What is 1 + 2?

- [x] `3`
- [ ] `12`
  > You joined two texts.
:::

:::{quiz} word
:kind: short
What runs?

- [x] a program
:::

:::{quiz} order
:kind: order
Put the lines in order.

```python
a = 1
b = a + 1
print(b)
```
:::

```{exercise} double
```
"""

EXERCISE = """title = "Double a number"

[[checks]]
name = "Doubling 3 gives 6"
kind = "call"
call = "double(3)"
returns = "6"

[[mistakes]]
sample = "zero"
hint = "Multiply by 2."
value = "0"

[[mistakes]]
sample = "none"
hint = "Use return."
value = "None"
"""

AR_PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: ar\\n"

# draft
msgid "Hello"
msgstr "مرحبا"

# draft
msgid "program"
msgstr "برنامج"

# draft
msgid "a program"
msgstr "برنامج"
"""


def write_course(folder: Path) -> None:
    """Two lessons, the first with everything that a lesson can hold."""
    files = {
        "course.toml": COURSE_TOML,
        "glossary.toml": GLOSSARY,
        "01-hello/lesson.md": LESSON,
        "01-hello/double/exercise.toml": EXERCISE,
        "01-hello/double/statement.md": "Write a function `double(number)`.\n",
        "01-hello/double/starter.py": "def double(number):\n    ...\n",
        "01-hello/double/solution.py": "def double(number):\n    return number * 2\n",
        "01-hello/double/wrong/zero.py": "def double(number):\n    return 0\n",
        "01-hello/double/wrong/none.py": "def double(number):\n    number * 2\n",
        "02-reading/lesson.md": "# Only reading\n\nRead this.\n",
        "translations/ar.po": AR_PO,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def settings(settings: dict[str, object], tmp_path: Path) -> dict[str, object]:
    """The small course instead of the real ones; Arabic exists as a language of the interface."""
    write_course(tmp_path / "courses" / "first-steps-python")
    catalogue = tmp_path / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n', encoding="utf-8")
    return {
        **settings,
        "COURSES_DIR": tmp_path / "courses",
        "TRANSLATIONS_DIR": tmp_path / "translations",
    }


@pytest.fixture
def school(app: Flask) -> School:
    """Everybody; the other class takes a course that does not exist."""
    everybody = make_school()
    everybody.other.course_slug = "another-course"
    db.session.commit()
    return everybody


@pytest.fixture
def ben(app: Flask, school: School) -> FlaskClient:
    """Ben's browser, signed in."""
    browser = app.test_client()
    sign_in(browser, school.ben)
    return browser


@pytest.fixture
def cleo(app: Flask, school: School) -> FlaskClient:
    """Cleo's browser, signed in."""
    browser = app.test_client()
    sign_in(browser, school.cleo)
    return browser
