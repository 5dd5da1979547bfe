"""Single exercises that somebody may open although their course is not one of her classes'.

A feature above decides and answers; without one, nothing is lent. A loan that is over can still be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from flask import Flask, current_app
from flask_babel import lazy_gettext

from lms.core.errors import PasserelleError

_KEY = "passerelle_lending"


class LoanOver(PasserelleError):
    """The days in which this exercise could be handed in are over."""

    status = 409
    code = "loan_over"
    sentence = lazy_gettext("The days for this task are over. What you handed in before counts.")


@dataclass(frozen=True, slots=True)
class Loan:
    """With which class the exercise is handed in, and until when."""

    cohort_id: int
    until: datetime


class Lending(Protocol):
    """Answers about one person and one exercise."""

    def loan(self, user_id: int, exercise_key: str) -> Loan | None:
        """The loan, running or over; None when there is none."""


class NoLending:
    """Nothing is lent."""

    def loan(self, _user_id: int, _exercise_key: str) -> Loan | None:
        return None


def lend_by(app: Flask, lending: Lending) -> None:
    """Let this one answer."""
    app.extensions[_KEY] = lending


def lending() -> Lending:
    """Who answers in this application."""
    return cast("Lending", current_app.extensions.get(_KEY) or NoLending())
