"""What the students of the large school have done: visits, answers, hand-ins, and later dates for some.

Lesson by lesson over all classes, so that rows lie in the database as they do where many classes work at once:
each class's rows are spread over the whole table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from lms.catalog.model import Exercise, Lesson
from lms.catalog.services import remember_version
from lms.demo.reading import Piece, Reading
from lms.demo.school import Class, Dated, Scale, Student
from lms.demo.sink import Sink
from lms.grading.outcome import Outcome
from lms.grading.verdict import Verdict, verdict_to_json
from lms.learning.models import Extension, LessonVisit, QuizAnswer
from lms.programmes.demo_work import (
    GRADING,
    SHARES,
    TEMPERS,
    Temper,
    given_answer,
    made_up_verdict,
    wrong_files,
)
from lms.programmes.services import all_courses
from lms.submissions.models import Status, Submission

MOST_TRIES = 7
# How a try that does not pass ends, and how often.
MISSES = ((Outcome.FAILED, 85), (Outcome.ERROR, 11), (Outcome.TIME_LIMIT, 3), (Outcome.OUTPUT_LIMIT, 1))
SAMPLES = 12
ONE_EXTENDED = 40
ONE_UNGRADED = 5000


@dataclass(frozen=True, slots=True)
class Sample:
    """A program and its verdict, as they are stored."""

    outcome: Outcome
    files: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Task:
    """An exercise with what is handed in for it: made once, since a million verdicts take long to write out."""

    key: str
    version: str
    reviewed: bool
    passed: Sample
    missed: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What there is to do in a lesson."""

    tasks: tuple[Task, ...]
    answers: tuple[tuple[str, str, str], ...]
    """Of each question: its id, a right answer, and a wrong one."""


@dataclass(frozen=True, slots=True)
class Try:
    """One hand-in of hers: which one, when, and what."""

    turn: int
    at: datetime
    sample: Sample
    graded: bool = True


@dataclass(frozen=True, slots=True)
class Somebody:
    """A student of a class, how she works, and the source of what is drawn for her here."""

    of: Class
    student: Student
    temper: Temper
    random: Random


class Work:
    """Puts in the work of all classes on one lesson after the other."""

    def __init__(self, scale: Scale, sink: Sink, now: datetime) -> None:
        self._scale, self._sink, self._now = scale, sink, now
        self._parts = {
            lesson.key: self._part(lesson) for course in all_courses().values() for lesson in course.lessons
        }
        self._reading = Reading(scale, sink, now)

    def seed(self, classes: Sequence[Class]) -> Iterator[int]:
        """A number after each step; there are as many steps as the longest class has lessons."""
        for place in range(max(len(one.lessons) for one in classes)):
            for one in classes:
                if place < len(one.lessons) and one.lessons[place].opens < self._now:
                    self._lesson(one, place)
            yield place

    def _part(self, lesson: Lesson) -> Part:
        random = self._scale.random("samples", lesson.key)
        return Part(
            tuple(_task(exercise, random) for exercise in lesson.exercises),
            tuple(
                (
                    quiz.id,
                    json.dumps({"given": given_answer(quiz, right=True), "lang": "en"}),
                    json.dumps({"given": given_answer(quiz, right=False), "lang": "en"}),
                )
                for quiz in lesson.quizzes
            ),
        )

    def _lesson(self, one: Class, place: int) -> None:
        dated = one.lessons[place]
        for student in one.students:
            temper = self._scale.random("temper", one.number, student.number).choices(TEMPERS, SHARES)[0]
            if place > len(one.lessons) * temper.stops_after:
                continue
            who = Somebody(
                one, student, temper, self._scale.random("work", one.number, student.number, place)
            )
            if who.random.randrange(ONE_EXTENDED) == 0:
                self._extend(who, dated)
            if who.random.random() < temper.does:
                self._do(who, dated)

    def _extend(self, who: Somebody, dated: Dated) -> None:
        self._sink.add(
            Extension, user_id=who.student.id, cohort_id=who.of.id, lesson_key=dated.key,
            due_at=dated.due + timedelta(days=7), author_id=who.of.teacher, created_at=dated.opens,
        )  # fmt: skip

    def _do(self, who: Somebody, dated: Dated) -> None:
        random, part = who.random, self._parts[dated.key]
        latest = self._now - timedelta(minutes=random.randint(200, 900))
        at = min(self._when(who, dated), latest)
        self._sink.add(
            LessonVisit, user_id=who.student.id, lesson_key=dated.key, first_at=at, last_at=at + timedelta(hours=1)
        )  # fmt: skip
        for name, right, wrong in part.answers:
            knew = random.random() < 0.85
            self._sink.add(
                QuizAnswer, user_id=who.student.id, lesson_key=dated.key, quiz_id=name,
                answer=right if knew else wrong, right=knew, ever_right=knew, tries=random.randint(1, 3),
                answered_at=at + timedelta(minutes=random.randint(1, 30)),
            )  # fmt: skip
        for task in part.tasks:
            if random.random() < who.temper.does:
                at = self._tries(who, task, at)

    @staticmethod
    def _when(who: Somebody, dated: Dated) -> datetime:
        late = who.random.random() < who.temper.late
        share = who.random.uniform(1.0, 1.6) if late else who.random.uniform(0.15, 0.9)
        return dated.opens + (dated.due - dated.opens) * share

    def _tries(self, who: Somebody, task: Task, at: datetime) -> datetime:
        """Her hand-ins of one exercise, until one passes or she leaves it; when the last one was."""
        random = who.random
        for turn in range(MOST_TRIES):
            at += timedelta(minutes=random.randint(2, 9))
            passed = random.random() < min(0.9, 0.36 * who.temper.passes + 0.07 * turn)
            sample = task.passed if passed else random.choice(task.missed)
            if random.randrange(ONE_UNGRADED) == 0:
                self._hand_in(who, task, Try(turn, at, sample, graded=False))
            else:
                number = self._hand_in(who, task, Try(turn, at, sample))
                if passed:
                    if task.reviewed:
                        self._read(who, task, at, turn, number)
                    break
            if random.random() > 0.95:
                break
        return at

    def _hand_in(self, who: Somebody, task: Task, tried: Try) -> int:
        """One hand-in; one that is not graded waits for a person, after faults of ours."""
        number = self._sink.new_id(Submission)
        sample = tried.sample
        self._sink.add(
            Submission, id=number, user_id=who.student.id, cohort_id=who.of.id, exercise_key=task.key,
            exercise_version=task.version, client_key=f"large-{task.version[:16]}-{tried.turn}",
            files=sample.files, received_at=tried.at, attempts=1,
            status=Status.GRADED if tried.graded else Status.NEEDS_STAFF,
            outcome=sample.outcome if tried.graded else None,
            verdict=sample.verdict if tried.graded else None,
            graded_at=tried.at + GRADING if tried.graded else None,
        )  # fmt: skip
        return number

    def _read(self, who: Somebody, task: Task, at: datetime, turn: int, number: int) -> None:
        """Somebody reads what passed; when it needs work, most hand in once more."""
        piece = Piece(who.of, who.student, task.key, number, turn + 1, at)
        again = self._reading.seed(piece)
        if again is not None:
            number = self._hand_in(who, task, Try(turn + 1, again, task.passed))
            self._reading.seed(replace(piece, submission=number, attempt=turn + 2, at=again), last=True)


def _task(exercise: Exercise, random: Random) -> Task:
    passed = made_up_verdict(exercise, random, passed=True)
    return Task(
        key=exercise.key,
        version=remember_version(exercise).hash,
        reviewed=exercise.review is not None,
        passed=Sample(Outcome.PASSED, json.dumps(dict(exercise.solution)), _stored(passed)),
        missed=tuple(_miss(exercise, random) for _ in range(SAMPLES)),
    )


def _miss(exercise: Exercise, random: Random) -> Sample:
    outcome = random.choices([one for one, _ in MISSES], [share for _, share in MISSES])[0]
    verdict = made_up_verdict(exercise, random, passed=False)
    if outcome is not Outcome.FAILED:
        verdict = Verdict(outcome)  # it came to no test
    return Sample(outcome, json.dumps(wrong_files(exercise, random)), _stored(verdict))


def _stored(verdict: Verdict) -> str:
    return json.dumps(verdict_to_json(verdict))
