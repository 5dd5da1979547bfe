"""Who wants to know of a person's place that changed: a feature above registers, since none below may import it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

from lms.programmes.models import EnrolmentEvent

_KEY = "passerelle_placed"
Told = Callable[[EnrolmentEvent], None]


def on_place_changed(app: Flask, told: Told) -> None:
    """Call this function with each change, in the transaction that makes it."""
    app.extensions.setdefault(_KEY, []).append(told)


def tell_of(event: EnrolmentEvent) -> None:
    """A person's place has changed."""
    for told in cast("list[Told]", current_app.extensions.get(_KEY, [])):
        told(event)
