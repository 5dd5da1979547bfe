"""Blind sheets: what raters read of an application, with everything taken out that says who wrote it.

A sheet is made from the application by rule, then looked through by a person, since no rule finds every trace; raters
see it from then on. It carries a random code. Motivation stands in it in the round's working language only: what is
written in another language is translated by a person, because the language alone would say where somebody comes from.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from lms.accounts.models import CODE_ALPHABET, User
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.applications import ApplicationConflict
from lms.admissions.evidence import Line, gather
from lms.admissions.gathering import facts_of, frame_of
from lms.admissions.models import Measure, Round, RoundStatus, Stage
from lms.admissions.rating_models import CODE_LONG, BlindSheet, BlindWork
from lms.admissions.tasks import tasks_of
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import PasserelleError
from lms.core.text import clean_output, fold_name
from lms.grading.outcome import Outcome
from lms.submissions.models import Submission

MASK = "▒▒▒"
BATCH = 50
MOST_WORK = 12
LONGEST_WORK = 20_000
SHORTEST_NAME = 3
_WORD = re.compile(r"[^\W_]+(?:['’\-\u200c][^\W_]+)*")
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_LINK = re.compile(r"https?://\S+")
_HANDLE = re.compile(r"(?<!\w)@[\w.]{3,}")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d\s()/-]{7,}\d(?!\w)")


class TooEarly(PasserelleError):
    """Applications or tasks can still change."""

    status = 409
    code = "too_early"
    sentence = lazy_gettext("Sheets are made when the round has closed and the days for tasks are over.")


def mask(text: str, names: Iterable[str], *, program: bool = False) -> str:
    """The text without these names (in whatever case, accents and spelling of alef), and without ways to reach her.

    A program keeps its numbers and decorators: there they are no telephone and no account.
    """
    for pattern in (_E_MAIL, _LINK) if program else (_E_MAIL, _LINK, _HANDLE, _PHONE):
        text = pattern.sub(MASK, text)
    parts = {part for name in names for part in fold_name(name).split() if len(part) >= SHORTEST_NAME}
    parts |= {folded for name in names if (folded := fold_name(name)) and " " not in folded}
    if not parts:
        return text

    def hide(found: re.Match[str]) -> str:
        return MASK if _is_name(fold_name(found[0]), parts) else found[0]

    return _WORD.sub(hide, text)


def _is_name(word: str, parts: set[str]) -> bool:
    # "amina's" and "amina-" are the name as well; a name of two letters counts only alone.
    return word in parts or any(piece in parts for piece in re.split(r"['’\-\s]", word))


def new_code() -> str:
    """A random code for one sheet of one round; it follows from nothing about her."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LONG))


def prepare(screening: Round, now: datetime | None = None) -> int:
    """Make the sheets of the applications that have none yet; how many were made. To be called again for the rest.

    Raises TooEarly while something that belongs into them can still change.
    """
    now = now or utcnow()
    tasks = next((row for row in screening.stages if row.stage == Stage.TASK), None)
    running = tasks is not None and tasks.ends_at is not None and tasks.ends_at > now
    if running or screening.status in {RoundStatus.DRAFT, RoundStatus.OPEN}:
        raise TooEarly
    waiting = db.session.scalars(
        select(Application)
        .where(
            Application.round_id == screening.id,
            Application.status == ApplicationStatus.SUBMITTED,
            ~select(BlindSheet.application_id)
            .where(BlindSheet.application_id == Application.id)
            .correlate(Application)
            .exists(),
        )
        .options(selectinload(Application.user).selectinload(User.enrolments))
        .order_by(Application.id)
        .limit(BATCH)
    ).all()
    frame = frame_of(screening)
    rules = [(rule.measure, rule.guide) for rule in screening.rules]
    facts = facts_of(screening, waiting, frame)
    work = _work_of(screening, waiting)
    made = []
    for application in waiting:
        names = names_of(application.user)
        made.append(
            BlindSheet(
                application_id=application.id,
                round_id=screening.id,
                code=new_code(),
                motivation=mask(_readable(application, screening), names),
                talk_instead=application.talk_instead,
                hours_per_week=application.hours_per_week,
                evidence=[_plain(line) for line in gather(facts[application.id], frame, rules)],
                work=[
                    BlindWork(
                        position=position,
                        exercise_key=submission.exercise_key,
                        text=mask(_program(submission), names, program=True)[:LONGEST_WORK],
                        outcome=submission.outcome or "",
                    )
                    for position, submission in enumerate(work.get(application.id, ()))
                ],
            )
        )
    try:
        with db.session.begin_nested():
            db.session.add_all(made)
    except IntegrityError:  # somebody else makes them at this moment
        return 0
    return len(made)


def sheet_of(application: Application) -> BlindSheet | None:
    """The sheet of an application, for those who may know whose it is."""
    return db.session.scalar(
        select(BlindSheet)
        .where(BlindSheet.application_id == application.id)
        .options(selectinload(BlindSheet.work))
    )


def check_sheet(
    sheet: BlindSheet, motivation: str, names: Iterable[str], version: int, now: datetime | None = None
) -> None:
    """A person has looked through a sheet (and translated it, where needed): raters see it from now on.

    Names are taken out once more: a translation may have brought them back.
    """
    changed = changed_rows(
        update(BlindSheet)
        .where(BlindSheet.application_id == sheet.application_id, BlindSheet.version == version)
        .values(motivation=mask(motivation, names), checked_at=now or utcnow(), version=version + 1)
    )
    db.session.refresh(sheet)
    if not changed:
        raise ApplicationConflict


def names_of(person: User) -> set[str]:
    """Every spelling by which she is known here."""
    return {person.name, *(place.name_key for place in person.enrolments)}


def _readable(application: Application, screening: Round) -> str:
    """What she wrote, if raters can read it without learning which language it was written in."""
    if application.motivation_language != screening.working_language:
        return ""
    return application.motivation


def _plain(line: Line) -> dict[str, Any]:
    """A line of evidence without its sources: a link would lead to her."""
    return {
        "measure": str(line.measure),
        "value": line.value,
        "out_of": line.out_of,
        "guide": line.guide,
        "before": line.before,
        "before_of": line.before_of,
        "second": line.second,
    }


def read_line(stored: dict[str, Any]) -> Line:
    """A line of a sheet's evidence as it was gathered, to be said in words by `pages.line_words`."""
    return Line(**{**stored, "measure": Measure(stored["measure"])})


def _work_of(screening: Round, applications: Sequence[Application]) -> dict[int, list[Submission]]:
    """The hand-in of each screening task that raters read: the last one that passed, else the last one."""
    tasks = tasks_of([application.id for application in applications])
    keys = sorted({key for drawn in tasks.values() for key in drawn})
    if not keys:
        return {}
    people = {application.user_id: application.id for application in applications}
    window = next((row for row in screening.stages if row.stage == Stage.TASK), None)
    if window is None or window.begins_at is None or window.ends_at is None:
        return {}
    rows = db.session.scalars(
        select(Submission)
        .where(
            Submission.user_id.in_(people),
            Submission.exercise_key.in_(keys),
            Submission.received_at.between(window.begins_at, window.ends_at),
        )
        .order_by((Submission.outcome == Outcome.PASSED).asc(), Submission.received_at, Submission.id)
    )
    last: dict[int, dict[str, Submission]] = {}
    for row in rows:
        last.setdefault(people[row.user_id], {})[row.exercise_key] = row
    return {
        number: [last[number][key] for key in tasks.get(number, ())[:MOST_WORK] if key in last[number]]
        for number in last
    }


def _program(submission: Submission) -> str:
    """The program's text. File names stay out: a student may have chosen them."""
    return clean_output("\n\n".join(submission.files.values()))
