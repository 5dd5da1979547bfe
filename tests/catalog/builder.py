"""Builds a small course in a folder: a right one, of which each test breaks one thing."""

from __future__ import annotations

from pathlib import Path

COURSE = """\
format = 1
title = "Small course"
summary = "A course for tests."
level = "beginner"
language = "en"
languages = ["en", "ar"]
hours = 2
licence = "CC-BY-4.0"

[[skills]]
uri = "http://data.europa.eu/esco/skill/1"
label = "Python"

[minutes]
"01-start" = 30
"""

GLOSSARY = """\
[variable]
term = "variable"
definition = "A name that holds a value."
"""

LESSON = """\
# The start

A {term}`variable` holds 2 values, see `print`.

## Try it

```{code-cell} python
:id: first
print("Hello")
```

- One thing
- Another thing

```{exercise} double
```

:::{quiz} sign
:kind: single
What does `+` do?

- [x] It adds.
  > Yes, it adds.
- [ ] It prints.

Signs are old.
:::

:::{note}
Take your time.
:::
"""

EXERCISE = """\
title = "Double a number"

[[checks]]
name = "Doubling 3 gives 6"
kind = "call"
call = "double(3)"
returns = "6"
hint = "Multiply by 2."

[[checks]]
name = "Other numbers too"
kind = "call"
call = "double(-4)"
returns = "-8"
hidden = true

[[mistakes]]
sample = "prints-instead"
hint = "Use `return`."
value = "None"

[[mistakes]]
sample = "adds-two"
hint = "Multiply, do not add."
check = 1
"""

SECOND = "# The end\n\nWell done.\n"


class CourseBuilder:
    """A course folder; `write`, `replace` and `remove` change single files of it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "small"
        self.write("course.toml", COURSE)
        self.write("glossary.toml", GLOSSARY)
        self.write("01-start/lesson.md", LESSON)
        self.write("01-start/double/exercise.toml", EXERCISE)
        self.write("01-start/double/statement.md", "Write `double`.\n")
        self.write("01-start/double/starter.py", "def double(n):\n    pass\n")
        self.write("01-start/double/solution.py", "def double(n):\n    return n * 2\n")
        self.write("01-start/double/wrong/prints-instead.py", "def double(n):\n    print(n * 2)\n")
        self.write("01-start/double/wrong/adds-two.py", "def double(n):\n    return n + 2\n")
        self.write("02-end/lesson.md", SECOND)

    def write(self, path: str, text: str) -> None:
        """Write one file."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """The text of one file."""
        return (self.path / path).read_text(encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a piece of one file that is there."""
        text = self.read(path)
        assert old in text, old
        self.write(path, text.replace(old, new, 1))

    def append(self, path: str, text: str) -> None:
        """Add to the end of one file."""
        self.write(path, self.read(path) + text)

    def remove(self, path: str) -> None:
        """Remove one file."""
        (self.path / path).unlink()

    def translate(self, lang: str, **entries: str) -> None:
        """Write a PO file by hand; keys of `entries` are not used, values are whole entries."""
        header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        self.write(f"translations/{lang}.po", header + "\n\n".join(entries.values()) + "\n")

    def lesson(self, text: str) -> None:
        """Give the second lesson this text."""
        self.write("02-end/lesson.md", "# The end\n\n" + text)

    def javascript(self) -> None:
        """Turn the exercise and the cell into JavaScript."""
        folder = "01-start/double"
        for name in ("starter", "solution", "wrong/prints-instead", "wrong/adds-two"):
            self.remove(f"{folder}/{name}.py")
        self.replace(f"{folder}/exercise.toml", "\n\n", '\nkernel = "javascript"\n\n')
        self.replace(f"{folder}/exercise.toml", 'value = "None"', 'value = "undefined"')
        self.write(f"{folder}/starter.js", "function double(n) {\n}\n")
        self.write(f"{folder}/solution.js", "const double = (n) => n * 2;\n")
        self.write(f"{folder}/wrong/prints-instead.js", "function double(n) {\n  console.log(n * 2);\n}\n")
        self.write(f"{folder}/wrong/adds-two.js", "const double = (n) => n + 2;\n")
        self.replace("01-start/lesson.md", "{code-cell} python", "{code-cell} javascript")
