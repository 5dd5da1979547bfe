"""Looks at the courses' repositories elsewhere, one after the other, and brings what is new there here."""

from __future__ import annotations

import logging

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.authoring import syncing
from lms.authoring.merging import Conflict
from lms.authoring.remotes import RemoteFault
from lms.authoring.repository import Busy, Unknown
from lms.core.db import db
from lms.core.rounds import Rounds

TICK_SECONDS = 20.0

log = logging.getLogger(__name__)


class Syncer(Rounds):
    """A thread of the web process. Several at once look at each course once."""

    name = "syncer"
    stop_seconds = 1.0

    def work(self) -> None:
        """Go the round again and again."""
        while not self._stopping.wait(TICK_SECONDS):
            with self._app.app_context():
                try:
                    while not self._stopping.is_set() and self.sync_one():
                        pass
                except SQLAlchemyError as error:
                    db.session.rollback()
                    log.warning("Courses must wait for the database. (%s)", type(error).__name__)

    def sync_one(self) -> bool:
        """Look at one course that is due; False if none is."""
        course = syncing.claim_due()
        db.session.commit()
        if course is None:
            return False
        try:
            syncing.pull(course, syncing.PASSERELLE)
        except (RemoteFault, Conflict):
            pass  # the course keeps why, and its page shows it
        except (Busy, Unknown) as error:
            log.warning(
                "The course %s was left for the next time. (%s)", course.public_id, type(error).__name__
            )
        db.session.commit()
        return True


def start_syncer(app: Flask) -> Syncer:
    """Start the thread; call `stop()` on what you get."""
    return Syncer(app).start()
