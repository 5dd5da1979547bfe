"""Marking a quiz answer. The right answer is never sent to the page before she has answered."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from lms.catalog.model import Quiz
from lms.core.errors import PasserelleError
from lms.core.text import clean_line, fold_digits

LONGEST_ANSWER = 500


class BadAnswer(PasserelleError):
    """Not an answer to this question: nothing chosen, or a form that the page did not make."""

    code = "bad_answer"


@dataclass(frozen=True, slots=True)
class Marked:
    """What she answered, whether it is right, and the options whose feedback she should read."""

    right: bool
    chosen: tuple[int, ...] = ()  # option indexes; for `order` the lines' indexes in her order
    text: str = ""
    feedback: tuple[int, ...] = ()

    def as_answer(self) -> dict[str, object]:
        """The answer as it is stored."""
        return {"chosen": list(self.chosen), "text": self.text}


def shown_order(quiz: Quiz, lesson_key: str) -> tuple[int, ...]:
    """The order in which options or lines are shown: mixed, but the same at each visit and for everyone."""
    count = len(quiz.lines) if quiz.kind == "order" else len(quiz.options)
    order = list(range(count))
    if quiz.kind == "short" or count < 2:
        return tuple(order)
    seed = hashlib.sha256(f"{lesson_key}/{quiz.id}".encode()).digest()
    random.Random(seed).shuffle(order)  # noqa: S311 - mixes lines on a page; no secret hangs on it
    if quiz.kind == "order" and _same_lines(quiz, order):
        order = order[1:] + order[:1]
    return tuple(order)


def read_answer(quiz: Quiz, form: MultiDict[str, str]) -> Marked:
    """Mark the answer in a posted form; raise BadAnswer when there is none."""
    match quiz.kind:
        case "short":
            return mark_text(quiz, form.get("answer", ""))
        case "order":
            return mark_order(quiz, _positions(quiz, form))
        case _:
            return mark_choice(quiz, [_number(value) for value in form.getlist("answer")])


def mark_choice(quiz: Quiz, chosen: Sequence[int]) -> Marked:
    """Right when exactly the right options are chosen; for `single`, any right one."""
    picked = tuple(sorted(set(chosen)))
    if not picked or any(not 0 <= index < len(quiz.options) for index in picked):
        raise BadAnswer
    if quiz.kind == "single" and len(picked) != 1:
        raise BadAnswer
    right_ones = {index for index, option in enumerate(quiz.options) if option.right}
    right = set(picked) <= right_ones if quiz.kind == "single" else set(picked) == right_ones
    return Marked(right=right, chosen=picked, feedback=picked)


def mark_text(quiz: Quiz, text: str) -> Marked:
    """Compared after trimming, without case, with the digits of any script, without the code mark."""
    text = clean_line(text)[:LONGEST_ANSWER]
    if not text:
        raise BadAnswer
    matches = tuple(i for i, option in enumerate(quiz.options) if _folded(option.text) == _folded(text))
    right = any(quiz.options[index].right for index in matches)
    return Marked(right=right, chosen=matches, text=text, feedback=matches)


def mark_order(quiz: Quiz, order: Sequence[int]) -> Marked:
    """Right when the lines read as the author wrote them; two equal lines may change places."""
    if sorted(order) != list(range(len(quiz.lines))):
        raise BadAnswer
    return Marked(right=_same_lines(quiz, order), chosen=tuple(order))


def _same_lines(quiz: Quiz, order: Sequence[int]) -> bool:
    return [quiz.lines[index] for index in order] == list(quiz.lines)


def _folded(text: str) -> str:
    return fold_digits(clean_line(text.replace("`", ""))).casefold()


def _positions(quiz: Quiz, form: MultiDict[str, str]) -> list[int]:
    """Lines by the place she gave each: fields `line-0`, `line-1`, … hold places from 1."""
    places = [_number(form.get(f"line-{index}", "")) for index in range(len(quiz.lines))]
    if sorted(places) != list(range(1, len(places) + 1)):
        raise BadAnswer
    return sorted(range(len(places)), key=places.__getitem__)


def _number(value: str) -> int:
    folded = fold_digits(value.strip())
    if not folded.isascii() or not folded.isdecimal() or len(folded) > 4:
        raise BadAnswer
    return int(folded)
