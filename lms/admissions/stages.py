"""Whether a candidate goes on after a stage: a person says so, with the reason if she does not.

It decides nothing by itself: whoever does not go on gets a decision and a letter like everybody. It says at which
stage people were lost, for the report on fairness, and it stands as it was once the decision is told.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import User
from lms.admissions.application_models import Application, StageResult
from lms.admissions.deciding import CannotDecide, current_decision
from lms.admissions.models import LONGEST_WORDS, Round, Stage
from lms.core.db import db, utcnow
from lms.core.text import clean_lines


def open_stages(screening: Round) -> list[Stage]:
    """The stages of a round after which somebody may stop, in their order."""
    used = {row.stage for row in screening.stages}
    return [stage for stage in Stage if stage in used and stage != Stage.DECISION]


def results_of(application: Application) -> dict[Stage, StageResult]:
    """What was said after each stage."""
    found = db.session.scalars(select(StageResult).where(StageResult.application_id == application.id))
    return {Stage(row.stage): row for row in found}


def say(
    screening: Round, application: Application, stage: str, author: User, *, goes_on: bool, reason: str
) -> None:
    """Keep whether she goes on after this stage; the newest word counts. CannotDecide where it cannot stand."""
    if stage not in open_stages(screening):
        raise CannotDecide(str(lazy_gettext("This round has no such stage.")))
    told = current_decision(application.id)
    if told is not None and told.released_at is not None:
        raise CannotDecide(
            str(lazy_gettext("The decision is told already. What was said after the stages stays."))
        )
    words = clean_lines(reason)
    if not goes_on and not words:
        raise CannotDecide(str(lazy_gettext("Write the reason why the person does not go on.")))
    if len(words) > LONGEST_WORDS:
        raise CannotDecide(str(lazy_gettext("This text is too long. Make it shorter.")))
    row = db.session.get(StageResult, (application.id, Stage(stage)))
    if row is None:
        row = StageResult(application_id=application.id, stage=Stage(stage), goes_on=goes_on, reason=words)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:  # somebody else was quicker; the newest word counts
            row = db.session.get_one(StageResult, (application.id, Stage(stage)))
    row.goes_on, row.reason, row.author_id, row.at = goes_on, words, author.id, utcnow()
    db.session.flush()
