"""Who is told of a verdict. Features above this one register with the application; this one knows none of them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

Listener = Callable[[int], None]
_KEY = "passerelle_graded"


def on_graded(app: Flask, listener: Listener) -> None:
    """Call `listener` with a submission's id in the transaction that writes its verdict; it must not commit."""
    app.extensions.setdefault(_KEY, []).append(listener)


def tell_graded(submission_id: int) -> None:
    """The verdict of this submission is written: what follows from it is committed with it, or not at all."""
    for listener in current_app.extensions.get(_KEY, ()):
        listener(submission_id)
