"""Drafts, quiz answers, visits and progress. Nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from lms.catalog.model import Course, Exercise, Lesson, Quiz
from lms.core.db import db, utcnow
from lms.core.errors import Conflict, PasserelleError
from lms.grading.outcome import Outcome
from lms.learning.models import Draft, LessonVisit, QuizAnswer
from lms.learning.quizzes import Marked
from lms.learning.reviewing import ReviewState, review_states
from lms.submissions.models import Submission
from lms.submissions.services import best_states

LARGEST_DRAFT = 65_536
VISIT_PAUSE = timedelta(minutes=5)
# Put together once, since every lesson page asks.
_VISIT = select(LessonVisit).where(
    LessonVisit.user_id == bindparam("person"), LessonVisit.lesson_key == bindparam("lesson")
)
_ANSWERS = select(QuizAnswer).where(
    QuizAnswer.user_id == bindparam("person"), QuizAnswer.lesson_key == bindparam("lesson")
)


class BadDraft(PasserelleError):
    """Files that this exercise does not have, or too much of them."""

    code = "bad_draft"


class DraftConflict(Conflict):
    """Another tab or device saved a later version; `draft` is that one."""

    code = "draft_conflict"

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """How far one lesson is: what there is to do and what is done."""

    lesson: Lesson
    visited: bool
    exercises_passed: int
    quizzes_right: int

    @property
    def to_do(self) -> int:
        """Exercises and questions; a lesson that only needs reading counts as one."""
        return max(1, len(self.lesson.exercises) + len(self.lesson.quizzes))

    @property
    def done(self) -> int:
        """How many of `to_do` are done."""
        if not self.lesson.exercises and not self.lesson.quizzes:
            return int(self.visited)
        return self.exercises_passed + self.quizzes_right

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do here."""
        return self.done >= self.to_do


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """How far a course is, lesson by lesson, and where to go on."""

    course: Course
    lessons: tuple[LessonProgress, ...]
    next: LessonProgress | None
    last_visit: datetime | None

    @property
    def done(self) -> int:
        """Exercises and questions done in all lessons."""
        return sum(lesson.done for lesson in self.lessons)

    @property
    def to_do(self) -> int:
        """Exercises and questions in all lessons."""
        return sum(lesson.to_do for lesson in self.lessons)

    @property
    def started(self) -> bool:
        """Whether she has opened any lesson of it."""
        return any(lesson.visited for lesson in self.lessons)


def course_progress(user_id: int, courses: Iterable[Course]) -> list[CourseProgress]:
    """Progress in these courses, by four queries however many there are."""
    courses = list(courses)
    passed = passed_exercises(user_id)
    reviewed = review_states(user_id, [exercise for course in courses for exercise in course.exercises])
    # Who passed before the exercise asked for a review is done with it: nothing was ever put into a queue.
    passed -= {key for key, state in reviewed.items() if state is not ReviewState.APPROVED}
    done = select(QuizAnswer.lesson_key, QuizAnswer.quiz_id).where(
        QuizAnswer.user_id == user_id, QuizAnswer.ever_right
    )
    quizzes = {(lesson, quiz) for lesson, quiz in db.session.execute(done)}
    seen = select(LessonVisit.lesson_key, LessonVisit.last_at).where(LessonVisit.user_id == user_id)
    visits = {lesson: last for lesson, last in db.session.execute(seen)}  # noqa: C416 - a Row is no pair to mypy
    return [_one_course(course, passed, quizzes, visits) for course in courses]


def _one_course(
    course: Course, passed: set[str], quizzes: set[tuple[str, str]], visits: Mapping[str, datetime]
) -> CourseProgress:
    lessons = tuple(
        LessonProgress(
            lesson=lesson,
            visited=lesson.key in visits,
            exercises_passed=sum(exercise.key in passed for exercise in lesson.exercises),
            quizzes_right=sum((lesson.key, quiz.id) in quizzes for quiz in lesson.quizzes),
        )
        for lesson in course.lessons
    )
    seen = [visits[item.lesson.key] for item in lessons if item.visited]
    here = _where_to_go_on(lessons, visits)
    return CourseProgress(course=course, lessons=lessons, next=here, last_visit=max(seen, default=None))


def _where_to_go_on(
    lessons: tuple[LessonProgress, ...], visits: Mapping[str, datetime]
) -> LessonProgress | None:
    """The lesson she was last in, if unfinished; else the first unfinished one after it, or any left."""
    if not lessons:
        return None
    last = max(
        (i for i, item in enumerate(lessons) if item.visited),
        key=lambda i: visits[lessons[i].lesson.key],
        default=0,
    )
    order = (*lessons[last:], *lessons[:last])
    return next((item for item in order if not item.finished), None)


def passed_exercises(user_id: int) -> set[str]:
    """The keys of all exercises she has passed."""
    rows = db.session.scalars(
        select(Submission.exercise_key)
        .distinct()
        .where(Submission.user_id == user_id, Submission.outcome == Outcome.PASSED)
    )
    return set(rows)


def exercise_states(user_id: int, lesson: Lesson) -> dict[str, str]:
    """By exercise key how each stands: with its tests and, once they have passed, with the person who reads it."""
    if not lesson.exercises:
        return {}
    states = best_states(user_id, [exercise.key for exercise in lesson.exercises])
    for key, state in review_states(user_id, lesson.exercises).items():
        if states.get(key) == "passed":
            states[key] = f"review_{state}"
    return states


def note_visit(user_id: int, lesson: Lesson) -> bool:
    """Remember that she was in this lesson; say whether anything had to be written."""
    now = utcnow()
    visit = db.session.scalar(_VISIT, {"person": user_id, "lesson": lesson.key})
    if visit is not None:
        if now - visit.last_at < VISIT_PAUSE:
            return False
        visit.last_at = now
        db.session.flush()
        return True
    try:
        with db.session.begin_nested():
            db.session.add(LessonVisit(user_id=user_id, lesson_key=lesson.key, first_at=now, last_at=now))
    except IntegrityError:  # another tab of hers was quicker
        return False
    return True


def get_draft(user_id: int, exercise: Exercise) -> Draft | None:
    """Her draft of this exercise, if she has one."""
    return db.session.scalar(
        select(Draft).where(Draft.user_id == user_id, Draft.exercise_key == exercise.key)
    )


def files_to_edit(exercise: Exercise, draft: Draft | None, latest: Submission | None) -> dict[str, str]:
    """What the editor shows: the newer of the draft and the last hand-in, else the starter.

    Without scripts there is no draft: the next try begins where the last one ended. Files that the exercise no
    longer has are left out.
    """
    if draft is not None and (latest is None or draft.updated_at >= latest.received_at):
        kept = draft.files
    else:
        kept = latest.files if latest is not None else {}
    return {name: kept.get(name, exercise.starter.get(name, "")) for name in exercise.files}


def check_files(exercise: Exercise, files: object) -> dict[str, str]:
    """The posted files of an exercise; raise BadDraft when they are not its files."""
    if not isinstance(files, dict) or set(files) != set(exercise.files):
        raise BadDraft
    if not all(isinstance(text, str) for text in files.values()):
        raise BadDraft
    if sum(len(text) for text in files.values()) > LARGEST_DRAFT:
        raise BadDraft
    return {name: text.replace("\r\n", "\n") for name, text in files.items()}


def save_draft(user_id: int, exercise: Exercise, files: dict[str, str], version: int) -> int:
    """Keep the files as the version after `version`; raise DraftConflict when another text was kept first.

    The same text is no conflict: it is kept already, by another tab or by a request whose answer was lost. Returns the
    version that is kept now.
    """
    if version == 0:
        try:
            with db.session.begin_nested():
                db.session.add(Draft(user_id=user_id, exercise_key=exercise.key, files=files, version=1))
        except IntegrityError:
            return _kept_already(user_id, exercise, files)
        return 1
    changed: int | None = db.session.scalar(
        update(Draft)
        .where(Draft.user_id == user_id, Draft.exercise_key == exercise.key, Draft.version == version)
        .values(files=files, version=version + 1, updated_at=utcnow())
        .returning(Draft.version)
    )
    return _kept_already(user_id, exercise, files) if changed is None else changed


def _kept_already(user_id: int, exercise: Exercise, files: dict[str, str]) -> int:
    draft = get_draft(user_id, exercise)
    if draft is None:  # a version that never was: the page and the table have parted
        raise BadDraft
    if draft.files != files:
        raise DraftConflict(draft)
    return draft.version


def quiz_answers(user_id: int, lesson: Lesson) -> dict[str, QuizAnswer]:
    """Her answers in this lesson, by question."""
    rows = db.session.scalars(_ANSWERS, {"person": user_id, "lesson": lesson.key})
    return {row.quiz_id: row for row in rows}


def keep_answer(user_id: int, lesson: Lesson, quiz: Quiz, marked: Marked) -> QuizAnswer:
    """Keep her latest answer; once right, the question stays counted as done."""
    known = select(QuizAnswer).where(
        QuizAnswer.user_id == user_id, QuizAnswer.lesson_key == lesson.key, QuizAnswer.quiz_id == quiz.id
    )
    answer = db.session.scalar(known)
    if answer is None:
        answer = QuizAnswer(
            user_id=user_id, lesson_key=lesson.key, quiz_id=quiz.id, tries=1,
            answer=marked.as_answer(), right=marked.mark.right, ever_right=marked.mark.right,
        )  # fmt: skip
        try:
            with db.session.begin_nested():
                db.session.add(answer)
        except IntegrityError:  # the same click twice
            answer = db.session.scalars(known).one()
        return answer
    answer.answer = marked.as_answer()
    answer.right = marked.mark.right
    answer.ever_right = answer.ever_right or marked.mark.right
    answer.tries += 1
    answer.answered_at = utcnow()
    db.session.flush()
    return answer
