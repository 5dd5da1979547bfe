"""What features above put on a student's week. They register with the application; this one knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, current_app
from markupsafe import Markup

from lms.accounts.models import Cohort, User

Box = Callable[[User, Sequence[Cohort]], Markup]
_KEY = "passerelle_week_boxes"


def week_box_by(app: Flask, box: Box) -> None:
    """Show what `box` makes for a person and the classes she learns in; nothing where it makes nothing."""
    app.extensions.setdefault(_KEY, []).append(box)


def week_boxes(person: User, classes: Sequence[Cohort]) -> list[Markup]:
    """What stands on this person's week, in the order of registration."""
    return [made for box in current_app.extensions.get(_KEY, ()) if (made := box(person, classes))]
