"""The housekeeper: a thread of the web process that does the chores of all features when they are due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.core import chores
from lms.core.chores import Chore, Turn
from lms.core.db import db, utcnow
from lms.core.rounds import Rounds

FIRST_SECONDS = 30.0
"""A site that has just started has visitors to answer first."""
TICK_SECONDS = 60.0
TURN_SECONDS = 30.0
"""How long one chore goes on before others have their turn."""

log = logging.getLogger(__name__)


class Housekeeper(Rounds):
    """Does what is due, one chore after the other. Several at once, in as many processes, do each of them once."""

    name = "housekeeper"

    def __init__(self, app: Flask, now: Callable[[], datetime] = utcnow) -> None:
        super().__init__(app)
        self._now = now

    def work(self) -> None:
        """Look again and again what is due."""
        self._stopping.wait(FIRST_SECONDS)
        while not self._stopping.is_set():
            with self._app.app_context():
                try:
                    self.round()
                except SQLAlchemyError as error:
                    db.session.rollback()
                    log.warning("Housekeeping must wait for the database. (%s)", type(error).__name__)
            self._stopping.wait(TICK_SECONDS)

    def round(self) -> list[str]:
        """Do all that is due now; the names of what was begun."""
        chores.make_rows(self._now())
        db.session.commit()
        begun = []
        for chore in chores.due(self._now()):
            if self._stopping.is_set():
                break
            turn = chores.claim(chore, self._now())
            db.session.commit()
            if turn is not None:
                begun.append(chore.name)
                self._do(chore, turn)
        return begun

    def _do(self, chore: Chore, turn: Turn) -> None:
        try:
            self._go_on(chore, turn)
        # Whatever is wrong with one chore, the others are done: it is logged whole, and tried again later.
        except Exception as error:
            db.session.rollback()
            log.exception("Housekeeping: %s went wrong.", chore.name)
            chores.fail(turn, chore, self._now(), error)
            db.session.commit()

    def _go_on(self, chore: Chore, turn: Turn) -> None:
        deadline, rows, more = monotonic() + TURN_SECONDS, 0, True
        while more and monotonic() < deadline and not self._stopping.is_set():
            done = chore.step()
            rows, more = rows + done, done > 0
            if not chores.renew(turn, self._now()):
                db.session.rollback()
                log.warning("Housekeeping: %s was taken over by another process.", chore.name)
                return
            db.session.commit()
        chores.finish(turn, chore, self._now(), more=more)
        db.session.commit()
        if rows:
            log.info("Housekeeping: %s, %s rows%s.", chore.name, rows, ", more to come" if more else "")


def start_housekeeper(app: Flask) -> Housekeeper:
    """Start the thread; call `stop()` on what you get."""
    return Housekeeper(app).start()
