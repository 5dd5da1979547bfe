"""Screening rounds as coordinators see them."""

from __future__ import annotations

from flask import Blueprint

from lms.admissions import decision_models, rating_models  # noqa: F401  # for their tables

bp = Blueprint("admissions", __name__, template_folder="templates")
