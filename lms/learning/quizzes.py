"""Reading a quiz answer from a form. Marking is the catalogue's; no page holds the right answer before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from lms.catalog.model import Course, Quiz
from lms.catalog.quiz import MAX_ANSWER, QuizMark, shuffled_lines
from lms.catalog.services import mark_quiz
from lms.core.errors import PasserelleError
from lms.core.text import clean_line, fold_digits


class BadAnswer(PasserelleError):
    """Not an answer to this question: nothing chosen, or a form that the page did not make."""

    code = "bad_answer"
    sentence = lazy_gettext("Choose or write an answer first, then check it.")


class BadOrder(BadAnswer):
    """Two lines with one number, or none."""

    sentence = lazy_gettext("Give every line its own number, then check the order.")


@dataclass(frozen=True, slots=True)
class Marked:
    """What she answered, in which language she read the question, and how it was marked."""

    given: tuple[str, ...]
    lang: str
    mark: QuizMark

    def as_answer(self) -> dict[str, object]:
        """The answer as it is stored."""
        return {"given": list(self.given), "lang": self.lang}


def read_answer(course: Course, quiz: Quiz, lang: str, form: MultiDict[str, str]) -> Marked:
    """Mark the answer in a posted form; raise BadAnswer when there is none."""
    given = _given(quiz, form)
    return Marked(given, lang, mark_quiz(course, quiz, lang, given))


def stored_answer(course: Course, quiz: Quiz, answer: Mapping[str, object]) -> Marked:
    """Mark again what was answered before: the question may have been changed since."""
    given = answer.get("given")
    kept = tuple(str(item) for item in given) if isinstance(given, list) else ()
    lang = str(answer.get("lang", course.language))
    return Marked(kept, lang, mark_quiz(course, quiz, lang, kept))


def _given(quiz: Quiz, form: MultiDict[str, str]) -> tuple[str, ...]:
    if quiz.kind == "order":
        return _order(len(shuffled_lines(quiz)), form)
    if quiz.kind == "short":
        text = clean_line(form.get("answer", ""))[:MAX_ANSWER]
        if not text:
            raise BadAnswer
        return (text,)
    chosen = form.getlist("answer")
    if not chosen or any(_number(value) >= len(quiz.options) for value in chosen):
        raise BadAnswer
    if quiz.kind == "single" and len(chosen) != 1:
        raise BadAnswer
    return tuple(chosen)


def _order(count: int, form: MultiDict[str, str]) -> tuple[str, ...]:
    """Shown lines by the place she gave each: the fields `line-0`, `line-1`, … hold places from 1."""
    places = [_number(form.get(f"line-{index}", "")) for index in range(count)]
    if sorted(places) != list(range(1, count + 1)):
        raise BadOrder
    return tuple(str(index) for index in sorted(range(count), key=places.__getitem__))


def _number(value: str) -> int:
    folded = fold_digits(value.strip())
    if not folded.isascii() or not folded.isdecimal() or len(folded) > 4:
        raise BadAnswer
    return int(folded)
