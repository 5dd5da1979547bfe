"""The courses that somebody writes: her list, and the overview of one."""

from __future__ import annotations

from flask import Blueprint, Flask

from lms.authoring import models  # noqa: F401  # the tables

bp = Blueprint("authoring", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Where the repositories are, unless a test says otherwise."""
    app.config.setdefault("REPOSITORIES_DIR", app.config["INSTANCE_DIR"] / "repositories")
