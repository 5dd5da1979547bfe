"""Questions written from a form: whatever is typed reads back as the same question, or is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.authoring.quiz_writing import CannotWrite, paragraph, write_quiz
from lms.catalog.lesson import LessonParts
from lms.catalog.markdown import read_markdown
from lms.catalog.model import Option, Quiz, QuizKind
from lms.core.text import clean_line

LINE = st.text(st.sampled_from("abç ñд م#>-+*=~:|`[](){}\\<!_&\"'1.)x$\t"), max_size=30)
MANY_LINES = st.lists(LINE, max_size=5).map("\n".join)


def options(texts: list[str], feedback: list[str]) -> tuple[Option, ...]:
    pairs = zip(texts, [*feedback, *("" for _ in texts)], strict=False)
    return tuple(
        Option(text, at == 0, paragraph(said) or None) for at, (text, said) in enumerate(pairs) if text
    )


@st.composite
def quizzes(draw: st.DrawFn) -> Quiz:
    """Questions as the form makes them."""
    kind: QuizKind = draw(st.sampled_from(("single", "multiple", "short", "order")))
    question = draw(MANY_LINES).strip()
    explanation = draw(MANY_LINES).strip() or None
    if kind == "order":
        lines = tuple(line for line in draw(st.lists(LINE, min_size=2, max_size=5)) if line.strip())
        assume(question and len(set(lines)) > 1)
        return Quiz("q", kind, question, (), lines, explanation)
    texts = draw(st.lists(LINE.map(clean_line).filter(bool), min_size=2, max_size=5, unique=True))
    assume(question)
    return Quiz("q", kind, question, options(texts, draw(st.lists(LINE, max_size=5))), (), explanation)


@settings(max_examples=60)
@given(quizzes())
def test_what_is_written_reads_back_as_the_same_question(quiz: Quiz) -> None:
    try:
        text = write_quiz(quiz)
    except CannotWrite:
        return
    document = read_markdown(f"# A lesson\n\n{text}\nAnd on.\n", "lesson.md")
    parts = LessonParts(document)
    assert document.faults == []
    (found,) = parts.quizzes
    assert (found.kind, found.question, found.options) == (quiz.kind, quiz.question, quiz.options)
    assert (found.lines, found.explanation) == (quiz.lines, quiz.explanation)
    assert document.tokens[-2].content == "And on."


PLAIN = st.text(st.characters(codec="utf-8", categories=("L", "Nd")), min_size=1, max_size=12)


@settings(max_examples=30)
@given(
    st.lists(PLAIN, min_size=1, max_size=4).map(" ".join),
    st.lists(PLAIN, min_size=2, max_size=4, unique_by=str.casefold),
    LINE,
    st.sampled_from(("single", "multiple")),
)
def test_plain_words_can_always_be_written(
    question: str, texts: list[str], said: str, kind: QuizKind
) -> None:
    feedback = "So: " + said
    assume("`" not in said and "[" not in said)
    write_quiz(Quiz("q", kind, question, options(texts, [feedback]), (), "Because."))


@pytest.mark.parametrize(
    "quiz",
    [
        Quiz("a", "single", "Which?\n\n- one\n- two", (Option("x", True), Option("y", False)), (), "- So."),
        Quiz("b", "short", ":key: what?", (Option("- 3", True, "\\# three"), Option("::: 4", False))),
        Quiz("c", "multiple", "A :::: note", (Option("[x] y", True), Option("> a | b", True))),
        Quiz("d", "order", "Put:", (), ("    ```", "print()", "```` x"), "```python\nx\n```"),
        Quiz("e", "order", "Put:", (), ("let a;", "a = 1"), None, language="javascript"),
    ],
    ids=lambda quiz: quiz.id,
)
def test_signs_of_markdown_do_not_break_it(quiz: Quiz) -> None:
    assert quiz.kind in write_quiz(quiz)


@pytest.mark.parametrize(
    "quiz",
    [
        Quiz("a", "single", "```\nnot closed", (Option("x", True), Option("y", False))),
        Quiz("b", "single", "- [x] mine\n\nWhich?", (Option("x", True), Option("y", False))),
        Quiz("d", "single", "::: note", (Option("x", True), Option("y", False))),
        Quiz("c", "order", "```python\nfirst\nsecond\n```", (), ("one", "two")),
    ],
    ids=lambda quiz: quiz.id,
)
def test_what_would_be_read_otherwise_is_refused(quiz: Quiz) -> None:
    with pytest.raises(CannotWrite):
        write_quiz(quiz)
