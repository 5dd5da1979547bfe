"""The application: the only module that knows every feature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

from lms.accounts import security, staff_views  # noqa: F401  # staff_views is imported for its routes
from lms.accounts import views as accounts
from lms.admissions import (  # for their routes
    apply_views,  # noqa: F401
    candidate_views,  # noqa: F401
    criteria_views,  # noqa: F401
    decision_views,  # noqa: F401
    example_views,  # noqa: F401
    help_views,  # noqa: F401
    interview_views,  # noqa: F401
    letter_views,  # noqa: F401
    rating_views,  # noqa: F401
    report_views,  # noqa: F401
    talk_views,  # noqa: F401
    template_views,  # noqa: F401
)
from lms.admissions import views as admissions
from lms.announcements import author_views, mail_views  # noqa: F401  # for their routes
from lms.announcements import views as announcements
from lms.attendance import sheet_views  # noqa: F401  # for its routes
from lms.attendance import views as attendance
from lms.authoring import (  # noqa: F401  # for their routes
    export_views,
    history_views,
    import_views,
    interface_po_views,
    interface_views,
    lesson_views,
    people_views,
    picture_views,
    po_views,
    publish_views,
    remote_views,
    settings_views,
    skill_views,
    statistics_views,
    translation_views,
    version_views,
    workbench_views,
)
from lms.authoring import views as authoring
from lms.board import views as board
from lms.core import config, db, errors, i18n, web
from lms.gradebook import views as gradebook
from lms.learning import views as learning
from lms.programmes import (  # noqa: F401  # for their routes
    place_views,
    planning_views,
    time_views,
    timetable_views,
    week_views,
)
from lms.programmes import views as programmes
from lms.referral import public_views, received_views, school_views  # noqa: F401  # for their routes
from lms.referral import views as referral
from lms.reviews import answer_views  # noqa: F401  # for its routes
from lms.reviews import views as reviews
from lms.submissions import views as submissions

# Importing the views has imported every model: the tables are known from here on. Modules whose names end in
# `_views` add their routes to the blueprint of their feature.
BLUEPRINTS = (
    accounts.bp, learning.bp, submissions.bp, programmes.bp, announcements.bp, attendance.bp, reviews.bp, gradebook.bp,
    board.bp,
    admissions.bp, referral.bp, authoring.bp,
)  # fmt: skip
LARGEST_REQUEST = 2 * 1024 * 1024

csrf = CSRFProtect()


def create_app(config_overrides: Mapping[str, Any] | None = None) -> Flask:
    """Make the application from the environment's settings; `config_overrides` win (tests give them)."""
    given = dict(config_overrides or {})
    settings = given if _complete(given) else {**config.flask_config(config.read_settings()), **given}
    app = Flask(
        "lms",
        static_folder=None,
        template_folder="core/templates",
        instance_path=str(settings["INSTANCE_DIR"]),
    )
    app.config.update(_defaults(https=settings["HTTPS"]))
    app.config.update(settings)
    db.init_app(app)
    Migrate(app, db.db, directory=str(config.ROOT / "lms" / "migrations"), compare_type=True)
    csrf.init_app(app)
    i18n.init_app(app)
    errors.init_app(app)
    web.init_app(app)
    security.init_app(app)
    accounts.init_app(app)
    announcements.init_app(app)
    reviews.init_app(app)
    attendance.init_app(app)
    board.init_app(app)
    admissions.init_app(app)
    referral.init_app(app)
    authoring.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # The button of a mail program sends no form token; all it can do is stop mail for whose link it is.
    csrf.exempt(mail_views.stop_mail)
    return app


def _complete(given: Mapping[str, Any]) -> bool:
    return "SECRET_KEY" in given and "SQLALCHEMY_DATABASE_URI" in given and "INSTANCE_DIR" in given


def _defaults(*, https: bool) -> dict[str, Any]:
    return {
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "MAX_FORM_PARTS": 200,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
        "SESSION_REFRESH_EACH_REQUEST": False,
        # The form is as good as the session: a lesson may stay open for a whole evening.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": https,
        "TEMPLATES_AUTO_RELOAD": False,
        "JSON_AS_ASCII": False,
    }
