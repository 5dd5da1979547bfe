"""Quizzes: read from a lesson, shuffled for the page, and marked."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from markdown_it.token import Token

from lms.catalog.markdown import SLUG, TASK, Directive, Document, line_of, without_task
from lms.catalog.model import Option, Quiz, QuizKind
from lms.core.text import fold_digits

KINDS: tuple[QuizKind, ...] = get_args(QuizKind)
MAX_ANSWER = 200

# Arabic vowel marks and the stretched line: people write with or without them. Latin accents change a word.
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")
_ALEFS = str.maketrans("أإآٱ", "اااا")
# The quotation marks of prose. Straight ones are code: in a Python course `"3"` is not `3`.
_QUOTED = re.compile("^[«»“”„‹›]+(.+?)[«»“”„‹›]+$")
_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]")


@dataclass(frozen=True, slots=True)
class QuizMark:
    """How an answer was marked. `chosen` are the options that answer it, in the quiz's order."""

    right: bool
    chosen: tuple[int, ...]


def mark(quiz: Quiz, given: Sequence[str]) -> QuizMark:
    """Mark an answer.

    `single` and `multiple`: the chosen options' numbers from 0. `short`: one text. `order`: the numbers
    of the lines as `shuffled_lines` showed them, in the order the student put them. What is not a
    possible answer is simply not right.
    """
    if quiz.kind == "short":
        return _mark_short(quiz, given[0] if given else "")
    numbers = [int(item) for item in given if item.isascii() and item.isdigit() and len(item) < 4]
    if quiz.kind == "order":
        shown = shuffled_lines(quiz)
        put = tuple(shown[number] for number in numbers if number < len(shown))
        distinct = len(set(numbers)) == len(numbers)
        return QuizMark(distinct and put == quiz.lines, ())
    chosen = tuple(sorted({number for number in numbers if number < len(quiz.options)}))
    right = tuple(index for index, option in enumerate(quiz.options) if option.right)
    return QuizMark(chosen == right, chosen)


def shuffled_lines(quiz: Quiz) -> tuple[str, ...]:
    """The lines of an `order` quiz in an order that is always the same and never the right one."""
    if len(set(quiz.lines)) < 2:
        return quiz.lines
    for turn in range(100):
        shuffled = tuple(sorted(quiz.lines, key=lambda line: _scramble(f"{quiz.id}/{turn}/{line}")))
        if shuffled != quiz.lines:
            return shuffled
    return quiz.lines[::-1]


def fold_answer(text: str) -> str:
    """A short answer as it is compared: trimmed, folded, with Latin digits, without backticks and vowel marks."""
    text = unicodedata.normalize("NFKC", text[:MAX_ANSWER])
    text = _INVISIBLE.sub("", text).replace("`", "")
    text = _MARKS.sub("", text).translate(_ALEFS)
    text = fold_digits(text).replace("٫", ".").replace("٬", ",").replace("’", "'").replace("‘", "'")
    text = _SPACES.sub(" ", text).strip().casefold()
    quoted = _QUOTED.fullmatch(text)
    return quoted[1].strip() if quoted else text


def read_quiz(directive: Directive, tokens: Sequence[Token], document: Document) -> Quiz | None:
    """A quiz from its directive; None, with faults noted in the document, where it cannot be one."""
    line = directive.line
    if not SLUG.fullmatch(directive.argument):
        document.fault(line, "This quiz has no id.", "Write one after the name: `:::{quiz} my-question`.")
        return None
    kind = next((known for known in KINDS if known == directive.options.get("kind")), None)
    if kind is None:
        document.fault(line, "This quiz has no known kind.", f"Write `:kind:` and one of {', '.join(KINDS)}.")
        return None
    if kind == "order":
        return _read_order(directive, tokens, document)
    start = next((i for i, token in enumerate(tokens) if _opens_options(tokens, i, token)), None)
    if start is None:
        document.fault(
            line, "This quiz has no options.", "Write them as a list: `- [x] right`, `- [ ] wrong`."
        )
        return None
    end = next(i for i in range(start, len(tokens)) if _closes(tokens[start], tokens[i]))
    options = _read_options(tokens[start + 1 : end], document)
    question, explanation = _around(directive, tokens[start])
    quiz = Quiz(directive.argument, kind, question, options, (), explanation, line)
    _check_options(quiz, document)
    return quiz


def _mark_short(quiz: Quiz, given: str) -> QuizMark:
    answer = fold_answer(given)
    chosen = tuple(
        i for i, option in enumerate(quiz.options) if answer and fold_answer(option.text) == answer
    )
    return QuizMark(any(quiz.options[index].right for index in chosen), chosen[:1])


def _scramble(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _opens_options(tokens: Sequence[Token], index: int, token: Token) -> bool:
    if token.type != "bullet_list_open" or token.level != 0:
        return False
    inline = next((later for later in tokens[index:] if later.type == "inline"), None)
    return inline is not None and TASK.match(inline.content) is not None


def _closes(opening: Token, token: Token) -> bool:
    return token.level == opening.level and token.type == opening.type.replace("_open", "_close")


def _around(directive: Directive, block: Token) -> tuple[str, str | None]:
    """The Markdown before and after a block of the quiz's body."""
    lines = directive.body.split("\n")
    first, last = (number + 1 - directive.body_line for number in block.map or (0, 0))
    return "\n".join(lines[:first]).strip(), "\n".join(lines[last:]).strip() or None


def _read_options(tokens: Sequence[Token], document: Document) -> tuple[Option, ...]:
    options: list[Option] = []
    index = 0
    while index < len(tokens):
        opening = tokens[index]
        end = next(i for i in range(index, len(tokens)) if _closes(opening, tokens[i]))
        item = tokens[index + 1 : end]
        text = next((token.content for token in item if token.type == "inline"), "")
        box = TASK.match(text)
        if box is None:
            cure = "Begin it with `[x] ` if it is right, `[ ] ` if it is wrong."
            document.fault(line_of(opening), "This option says neither right nor wrong.", cure)
        else:
            options.append(Option(without_task(text), box[1] != " ", _feedback(item, document)))
        index = end + 1
    return tuple(options)


def _feedback(item: Sequence[Token], document: Document) -> str | None:
    """The quote under an option, as Markdown: paragraphs and code blocks."""
    inside = False
    parts: list[str] = []
    blocks = (token for token in item if token.nesting >= 0)
    paragraphs = 0
    for token in blocks:
        if token.type == "blockquote_open":
            inside = True
        elif token.type == "inline" and inside:
            parts.append(token.content)
        elif token.type == "fence" and inside:
            parts.append(f"```{token.info}\n{token.content}```")
        elif token.type == "inline":
            paragraphs += 1
    if paragraphs > 1:
        cure = "Write the option in one paragraph and its feedback in a quote: `  > …`."
        document.fault(line_of(item[0]) if item else 1, "This option has more than one paragraph.", cure)
    return "\n\n".join(parts) or None


def _check_options(quiz: Quiz, document: Document) -> None:
    right = sum(option.right for option in quiz.options)
    if not quiz.question:
        document.fault(quiz.line, "This quiz has no question.", "Write the question above the options.")
    if right == 0:
        document.fault(quiz.line, "This quiz has no right answer.", "Mark at least one option with `[x]`.")
    if quiz.kind == "single" and right > 1:
        cure = "Keep one `[x]`, or make it `:kind: multiple`."
        document.fault(quiz.line, "This quiz has more than one right answer.", cure)
    if quiz.kind in {"single", "multiple"} and len(quiz.options) < 2:
        document.fault(quiz.line, "This quiz has only one option.", "Give at least two.")
    texts = [fold_answer(option.text) if quiz.kind == "short" else option.text for option in quiz.options]
    if len(set(texts)) < len(texts):
        document.fault(quiz.line, "Two options of this quiz are the same.", "Remove one of them.")


def _read_order(directive: Directive, tokens: Sequence[Token], document: Document) -> Quiz | None:
    block = next((token for token in tokens if token.type == "fence" and token.level == 0), None)
    lines = tuple(line for line in block.content.split("\n") if line.strip()) if block else ()
    if block is None or len(set(lines)) < 2:
        cure = "Write the lines in the right order in one code block."
        document.fault(directive.line, "This quiz has no lines to put in order.", cure)
        return None
    question, explanation = _around(directive, block)
    language = block.info.strip() or "python"
    quiz = Quiz(directive.argument, "order", question, (), lines, explanation, directive.line, language)
    if not question:
        document.fault(quiz.line, "This quiz has no question.", "Write the question above the lines.")
    return quiz
