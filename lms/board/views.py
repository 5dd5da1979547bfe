"""The board of a class and of a programme: who needs help, with what, and who has spoken with whom."""

from __future__ import annotations

from flask import Blueprint

from lms.board import models  # noqa: F401  # for its tables

bp = Blueprint("board", __name__, template_folder="templates")
