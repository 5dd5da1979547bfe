"""Facts about candidates' work, read for many at once in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from lms.admissions.application_models import Application
from lms.admissions.evidence import Facts, Frame, Present, Work
from lms.admissions.helping import help_of
from lms.admissions.models import Measure, Round, Stage
from lms.admissions.tasks import tasks_of
from lms.attendance.summing import summaries_of
from lms.catalog.shelf import known_courses
from lms.core.db import db
from lms.grading.outcome import Outcome
from lms.reviews.models import Review, ReviewStatus
from lms.submissions.models import Submission

MOST_SUBMISSIONS = 2000
"""Hand-ins of one candidate that are looked through for links."""

ATTENDED = timedelta(weeks=52)
"""How far back attendance is looked at."""


def frame_of(screening: Round) -> Frame:
    """What a round looks at, from the courses as they are in the files."""
    known = known_courses()
    keys = [
        exercise.key
        for slug in screening.courses
        if slug in known
        for lesson in known[slug].lessons
        for exercise in lesson.exercises
    ]
    stretch = set(screening.stretch)
    added = tuple(key for key in keys if key in stretch or key.rpartition("/")[0] in stretch)
    baseline: tuple[str, ...] = ()
    if screening.baseline_lesson:
        slug, _, lesson_slug = screening.baseline_lesson.partition("/")
        lesson = known[slug].lesson(lesson_slug) if slug in known else None
        baseline = tuple(exercise.key for exercise in lesson.exercises) if lesson is not None else ()
    return Frame(tuple(key for key in keys if key not in set(added)), added, baseline)


def facts_of(
    screening: Round, applications: Sequence[Application], frame: Frame, *, links: bool = False
) -> dict[int, Facts]:
    """The facts of these applications by id; with the hand-ins to link to, if there are to be links.

    Coursework counts until the round closes, tasks within their days: what comes later changes nothing.
    """
    if not applications:
        return {}
    wanted = {rule.measure for rule in screening.rules}
    until = screening.closes_at
    people = {application.user_id: application.id for application in applications}
    numbers = [application.id for application in applications]
    keys = list(dict.fromkeys((*frame.everybody, *frame.stretch, *frame.baseline)))
    work = _work(list(people), keys, None, until)
    _add_reviews(work, list(people), keys, until)
    tasks = tasks_of(numbers)
    window = next((row for row in screening.stages if row.stage == Stage.TASK), None)
    task_keys = sorted({key for drawn in tasks.values() for key in drawn})
    done = (
        _work(list(people), task_keys, window.begins_at, window.ends_at or until)
        if window is not None and task_keys
        else {}
    )
    days = _days(list(people), until) if Measure.ACTIVE_WEEKS in wanted else {}
    present = _present(people, until - ATTENDED, until) if Measure.ATTENDANCE in wanted else {}
    helped = (
        help_of(people, {one.user_id: one.from_cohort_id for one in applications}, until)
        if Measure.HELP in wanted
        else {}
    )
    if links:
        _add_links(work, list(people), keys)
        _add_links(done, list(people), task_keys)
    return {
        number: Facts(
            work=work.get(user_id, {}),
            active_days=days.get(user_id, ()),
            present=present.get(number),
            help=helped.get(number),
            tasks=[done.get(user_id, {}).get(key, Work(key)) for key in tasks.get(number, ())],
        )
        for user_id, number in people.items()
    }


def _present(people: Mapping[int, int], since: datetime, until: datetime) -> dict[int, Present]:
    """By application: the classes she was at, of those that are recorded and that she was not excused from."""
    return {
        people[user_id]: Present(found.attended, found.sessions - found.excused)
        for user_id, found in summaries_of(list(people), since, until).items()
    }


Works = dict[int, dict[str, Work]]


def _work(people: Sequence[int], keys: Sequence[str], since: datetime | None, until: datetime) -> Works:
    if not keys:
        return {}
    passed = case((Submission.outcome == Outcome.PASSED, Submission.received_at))
    failed = case(
        (Submission.outcome.is_not(None) & (Submission.outcome != Outcome.PASSED), Submission.received_at)
    )
    query = (
        select(
            Submission.user_id,
            Submission.exercise_key,
            func.min(case((Submission.outcome.is_not(None), Submission.received_at))),
            func.min(passed),
            func.max(passed),
            func.min(failed),
        )
        .where(
            Submission.user_id.in_(people),
            Submission.exercise_key.in_(keys),
            Submission.received_at < until,
        )
        .group_by(Submission.user_id, Submission.exercise_key)
    )
    if since is not None:
        query = query.where(Submission.received_at >= since)
    found: Works = {}
    for user_id, key, first, first_passed, last_passed, first_failed in db.session.execute(query):
        found.setdefault(user_id, {})[key] = Work(key, first, first_passed, last_passed, first_failed)
    return found


def _add_reviews(work: Works, people: Sequence[int], keys: Sequence[str], until: datetime) -> None:
    """What people said of the work: sent back, or approved."""
    query = (
        select(
            Review.user_id,
            Review.exercise_key,
            func.max(case((Review.status == ReviewStatus.APPROVED, Review.decided_at))),
            func.min(case((Review.status == ReviewStatus.NEEDS_WORK, Review.decided_at))),
        )
        .where(Review.user_id.in_(people), Review.exercise_key.in_(keys), Review.decided_at < until)
        .group_by(Review.user_id, Review.exercise_key)
    )
    for user_id, key, approved, sent_back in db.session.execute(query):
        seen = work.get(user_id, {}).get(key)
        if seen is None:
            continue
        not_yet = [at for at in (seen.not_yet_at, sent_back) if at is not None]
        passed = [at for at in (seen.passed_at, approved) if at is not None]
        work[user_id][key] = Work(
            key,
            seen.first_at,
            seen.first_passed_at,
            max(passed, default=None),
            min(not_yet, default=None),
        )


def _add_links(work: Works, people: Sequence[int], keys: Sequence[str]) -> None:
    rows = db.session.execute(
        select(Submission.user_id, Submission.exercise_key, Submission.public_id)
        .where(
            Submission.user_id.in_(people),
            Submission.exercise_key.in_(keys),
            Submission.outcome == Outcome.PASSED,
        )
        .order_by(Submission.received_at, Submission.id)
        .limit(MOST_SUBMISSIONS)
    )
    for user_id, key, public_id in rows:
        seen = work.get(user_id, {}).get(key)
        if seen is not None and seen.passed_id is None:
            work[user_id][key] = Work(
                key, seen.first_at, seen.first_passed_at, seen.passed_at, seen.not_yet_at, public_id
            )


def _days(people: Sequence[int], until: datetime) -> dict[int, list[date]]:
    day = func.date(Submission.received_at)
    rows = db.session.execute(
        select(Submission.user_id, day)
        .where(Submission.user_id.in_(people), Submission.received_at < until)
        .group_by(Submission.user_id, day)
    )
    found: dict[int, list[date]] = {}
    for user_id, on in rows:
        found.setdefault(user_id, []).append(on if isinstance(on, date) else date.fromisoformat(on))
    return found
