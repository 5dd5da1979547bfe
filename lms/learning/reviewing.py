"""What learning asks whoever looks after reviews. A feature above answers; without one, nobody reviews anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, cast

from flask import Flask, current_app
from markupsafe import Markup

from lms.catalog.model import Exercise
from lms.catalog.services import RenderedExercise

_KEY = "passerelle_reviewing"


class ReviewState(StrEnum):
    """How an exercise stands with the people who read it."""

    WAITING = "waiting"
    APPROVED = "approved"
    NEEDS_WORK = "needs_work"


class Reviewing(Protocol):
    """Answers about a student's own work, and for the staff of a class about everybody's."""

    def states(self, user_id: int, exercise_keys: Sequence[str]) -> Mapping[str, ReviewState]:
        """How these exercises stand; those that nobody was asked to read are left out."""

    def class_states(
        self, programme_id: int, user_ids: Sequence[int], exercise_keys: Sequence[str]
    ) -> Mapping[tuple[int, str], ReviewState]:
        """How these exercises stand for each of these people within a programme, in one query."""

    def exercise_box(self, user_id: int, exercise: Exercise, rendered: RenderedExercise) -> Markup:
        """What stands on the page of an exercise that asks for a review."""

    def notice(self, user_id: int) -> Markup:
        """What stands above her courses: answers that she has not opened, and the way to all of them."""


class NoReviewing:
    """Nobody reviews anything."""

    def states(self, _user_id: int, _exercise_keys: Sequence[str]) -> Mapping[str, ReviewState]:
        return {}

    def class_states(
        self, _programme_id: int, _user_ids: Sequence[int], _exercise_keys: Sequence[str]
    ) -> Mapping[tuple[int, str], ReviewState]:
        return {}

    def exercise_box(self, _user_id: int, _exercise: Exercise, _rendered: RenderedExercise) -> Markup:
        return Markup()

    def notice(self, _user_id: int) -> Markup:
        return Markup()


def answer_by(app: Flask, reviewing: Reviewing) -> None:
    """Let this one answer."""
    app.extensions[_KEY] = reviewing


def reviewing() -> Reviewing:
    """Who answers in this application."""
    return cast("Reviewing", current_app.extensions.get(_KEY) or NoReviewing())


def review_states(user_id: int, exercises: Sequence[Exercise]) -> Mapping[str, ReviewState]:
    """How those of these exercises stand that ask for a review."""
    keys = [exercise.key for exercise in exercises if exercise.review is not None]
    return reviewing().states(user_id, keys) if keys else {}


def class_review_states(
    programme_id: int, user_ids: Sequence[int], exercises: Sequence[Exercise]
) -> Mapping[tuple[int, str], ReviewState]:
    """By person and exercise how those of these exercises stand that ask for a review."""
    keys = [exercise.key for exercise in exercises if exercise.review is not None]
    return reviewing().class_states(programme_id, user_ids, keys) if keys and user_ids else {}
