"""Attendance: its pages."""

from __future__ import annotations

from flask import Blueprint

from lms.attendance import models  # noqa: F401

bp = Blueprint("attendance", __name__, template_folder="templates")
