"""What interviewers heard, by the round's criteria for interviews; apart from what raters say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext
from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import User
from lms.admissions.application_models import Application
from lms.admissions.interview_models import Interview, InterviewNote, InterviewSlot
from lms.admissions.interviewing import CannotTalk, change
from lms.admissions.models import LONGEST_WORDS, Criterion, Round, Stage
from lms.admissions.rating_models import Rating
from lms.core.db import db, utcnow

MOST_TALKS = 100
MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard on a criterion."""

    level: int | None
    text: str


def criteria_heard(round_id: int) -> list[Criterion]:
    """The criteria that interviews are about, with their texts and levels."""
    found = db.session.scalars(
        select(Criterion)
        .where(Criterion.round_id == round_id, Criterion.stage == Stage.INTERVIEW)
        .options(selectinload(Criterion.texts), selectinload(Criterion.levels))
        .order_by(Criterion.position)
    )
    return list(found)


def write_notes(
    interview: Interview, author: User, heard: Mapping[int, Heard], general: str, version: int
) -> None:
    """Keep what this person heard, in the place of what she kept before."""
    known = {
        one.id: {level.level for level in one.levels}
        for one in criteria_heard(interview.application.round_id)
    }
    notes: list[tuple[int | None, int | None, str]] = []
    for number, one in heard.items():
        if number not in known or (one.level is not None and one.level not in known[number]):
            raise CannotTalk(
                str(lazy_gettext("This page sent something we cannot read. Load the page again."))
            )
        if one.level is not None and not one.text:
            raise CannotTalk(str(lazy_gettext("Write what you heard that shows the level.")))
        if one.text:
            notes.append((number, one.level, one.text))
    if general:
        notes.append((None, None, general))
    if any(len(text) > LONGEST_WORDS for _, _, text in notes):
        raise CannotTalk(str(lazy_gettext("This text is too long. Make it shorter.")))
    change(interview, version, {})
    db.session.execute(
        delete(InterviewNote).where(
            InterviewNote.application_id == interview.application_id, InterviewNote.author_id == author.id
        )
    )
    if notes:
        db.session.execute(
            insert(InterviewNote),
            [
                {
                    "application_id": interview.application_id, "author_id": author.id, "criterion_id": number,
                    "level": level, "text": text, "at": utcnow(),
                }
                for number, level, text in notes
            ],
        )  # fmt: skip


def notes_of(application: Application) -> list[InterviewNote]:
    """What interviewers heard, the oldest first."""
    found = db.session.scalars(
        select(InterviewNote)
        .where(InterviewNote.application_id == application.id)
        .options(joinedload(InterviewNote.author))
        .order_by(InterviewNote.id)
        .limit(MOST_NOTES)
    )
    return list(found)


def talks_of(person: User, now: datetime | None = None) -> list[Interview]:
    """The talks that this person holds, those of the last weeks and those to come."""
    found = db.session.scalars(
        select(Interview)
        .join(InterviewSlot, InterviewSlot.id == Interview.slot_id)
        .where(
            InterviewSlot.interviewer_id == person.id,
            InterviewSlot.starts_at > (now or utcnow()) - timedelta(weeks=6),
            ~exists().where(Rating.application_id == Interview.application_id, Rating.rater_id == person.id),
        )
        .options(
            joinedload(Interview.slot),
            joinedload(Interview.application).joinedload(Application.user),
            joinedload(Interview.application).joinedload(Application.round).joinedload(Round.cohort),
        )
        .order_by(InterviewSlot.starts_at)
        .limit(MOST_TALKS)
    )
    return list(found)
