"""What the templates of a lesson and of an exercise are given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from lms.catalog.model import Course, Lesson, State, Translated
from lms.catalog.render import RenderedOption, RenderedQuiz, RenderedTerm
from lms.catalog.services import RenderedExercise, RenderedLesson
from lms.grading.messages import OUTCOME_WORDS
from lms.learning.models import QuizAnswer
from lms.learning.quizzes import Marked, stored_answer
from lms.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class AskedQuiz:
    """A question with her answer to it, if there is one."""

    quiz: RenderedQuiz
    options: tuple[RenderedOption, ...]
    url: str
    marked: Marked | None
    ever_right: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A word with its meaning; `english` is the term of the course's own language."""

    id: str
    term: Translated
    english: str
    definition: Markup


@dataclass(frozen=True, slots=True)
class TranslationNote:
    """How far a page can be trusted to be in the reader's language."""

    percent: int
    draft: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier hand-in in the list below the editor."""

    number: int
    url: str
    kind: str
    words: str
    at: datetime


def listed_attempts(submissions: Sequence[Submission]) -> list[Attempt]:
    """Hand-ins, newest first, with their numbers as the student counts them."""
    return [
        Attempt(
            number=len(submissions) - place,
            url=url_for("submissions.show", public_id=submission.public_id),
            kind=submission.outcome or ("waiting" if submission.is_pending else "our_fault"),
            words=_attempt_words(submission),
            at=submission.received_at,
        )
        for place, submission in enumerate(submissions)
    ]


def _attempt_words(submission: Submission) -> str:
    if submission.outcome is not None:
        return str(gettext(OUTCOME_WORDS[submission.outcome]))
    if submission.is_pending:
        return str(gettext("Waiting for the grader"))
    return str(gettext("A person will look at it"))


def translation_note(rendered: RenderedLesson | RenderedExercise) -> TranslationNote:
    """The note for one rendered page."""
    return TranslationNote(rendered.translated_percent, rendered.draft, rendered.stale)


def translation_note_of(texts: Iterable[Translated], lang: str) -> TranslationNote:
    """The note for a page made of a few short texts."""
    states = [
        State.REVIEWED if text.lang == lang and text.state is State.SOURCE else text.state for text in texts
    ]
    done = sum(state in {State.REVIEWED, State.DRAFT} for state in states)
    percent = done * 100 // len(states) if states else 100
    return TranslationNote(percent, State.DRAFT in states, State.STALE in states)


def asked_quiz(
    course: Course,
    lesson: Lesson,
    rendered: RenderedQuiz,
    answer: QuizAnswer | None,
    problem: str | None = None,
) -> AskedQuiz:
    """A question as it stands in the page."""
    return AskedQuiz(
        quiz=rendered,
        options=_mixed(rendered, lesson),
        url=url_for("learning.quiz", course=course.slug, lesson=lesson.slug, quiz_id=rendered.id),
        marked=stored_answer(course, rendered.quiz, answer.answer) if answer is not None else None,
        ever_right=answer is not None and answer.ever_right,
        problem=problem,
    )


def asked_quizzes(
    course: Course,
    lesson: Lesson,
    rendered: Iterable[RenderedQuiz],
    answers: Mapping[str, QuizAnswer],
    problems: Mapping[str, str],
) -> dict[str, AskedQuiz]:
    """All questions of a lesson, by id; `problems` says what was wrong with a form just sent."""
    return {
        quiz.id: asked_quiz(course, lesson, quiz, answers.get(quiz.id), problems.get(quiz.id))
        for quiz in rendered
    }


def glossary_entries(course: Course, terms: Iterable[RenderedTerm]) -> list[GlossaryEntry]:
    """The words a page uses, each with the course's own term beside the translated one."""
    return [
        GlossaryEntry(entry.id, entry.term, course.glossary[entry.id].term, entry.definition)
        for entry in terms
    ]


def _mixed(rendered: RenderedQuiz, lesson: Lesson) -> tuple[RenderedOption, ...]:
    """The options in an order that does not give the answer away, the same at every visit."""

    def place(option: RenderedOption) -> bytes:
        return hashlib.sha256(f"{lesson.key}/{rendered.id}/{option.value}".encode()).digest()

    return tuple(sorted(rendered.options, key=place))
