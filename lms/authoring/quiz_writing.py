"""A question as a form gives it, written as Markdown of a lesson: what is written reads back as the same question."""

from __future__ import annotations

import re
from dataclasses import replace

from lms.catalog.markdown import read_markdown
from lms.catalog.model import Quiz
from lms.catalog.quiz import read_quiz

_BULLETS = "-*+"
_COLONS = re.compile(r"^\s*(:+)", re.MULTILINE)
_TICKS = re.compile(r"`+")
# What would begin a heading, a quote, a list, a line or a block of code instead of a paragraph.
_OPENS_BLOCK = re.compile(r"[#>+*=~:|-]|`{3}|\d{1,9}[.)]|\[[^\]]*\]:")


class CannotWrite(ValueError):
    """Something in the texts would be read as another part of the question, such as a list for its options."""


def paragraph(text: str) -> str:
    """One line that is read as plain text of a paragraph, whatever it begins with."""
    line = " ".join(text.split())
    if not _OPENS_BLOCK.match(line):
        return line
    digits = re.match(r"\d+", line)
    at = digits.end() if digits else 0
    return f"{line[:at]}\\{line[at:]}"


def write_quiz(quiz: Quiz) -> str:
    """The block of a lesson that asks this question. Raises `CannotWrite` when it would be read otherwise."""
    for bullet in _BULLETS:
        text = _written(quiz, bullet)
        if _read_back(text) == replace(quiz, line=1):
            return text
    raise CannotWrite


def _written(quiz: Quiz, bullet: str) -> str:
    question = [""] if quiz.question.startswith(":") else []
    question += [quiz.question, ""]
    asked = _lines(quiz) if quiz.kind == "order" else _options(quiz, bullet)
    explanation = ["", quiz.explanation] if quiz.explanation else []
    body = "\n".join([f":kind: {quiz.kind}", *question, *asked, *explanation])
    longest = max((len(colons) for colons in _COLONS.findall(body)), default=0)
    fence = ":" * max(3, longest + 1)
    return f"{fence}{{quiz}} {quiz.id}\n{body}\n{fence}\n"


def _options(quiz: Quiz, bullet: str) -> list[str]:
    lines = []
    for option in quiz.options:
        lines.append(f"{bullet} [{'x' if option.right else ' '}] {option.text}")
        if option.feedback:
            lines += [f"  > {line}".rstrip() for line in option.feedback.split("\n")]
    return lines


def _lines(quiz: Quiz) -> list[str]:
    longest = max((len(ticks) for line in quiz.lines for ticks in _TICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{quiz.language}", *quiz.lines, fence]


def _read_back(text: str) -> Quiz | None:
    document = read_markdown(text, "")
    placed = [token for token in document.tokens if token.type == "quiz"]
    if len(document.tokens) != 1 or not placed:
        return None
    quiz = read_quiz(placed[0].meta["directive"], placed[0].meta["tokens"], document)
    return quiz if quiz is not None and not document.faults else None
