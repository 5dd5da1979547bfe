"""Named errors, and the one place that turns them into pages (or JSON, where JSON was asked for)."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError


class ConfigError(Exception):
    """A setting cannot stand; the message says which and what to do."""


class PasserelleError(Exception):
    """Something a person can be told in a sentence. Features derive their own from this."""

    status = 400
    code = "bad_request"
    sentence = lazy_gettext("That did not work. Go back and try again.")

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.code)
        if sentence is not None:
            self.sentence = sentence


class NotFound(PasserelleError):
    """Absent, or not this person's to see: the same answer."""

    status = 404
    code = "not_found"
    sentence = lazy_gettext("This page does not exist, or it is not yours to open.")


class SignInNeeded(PasserelleError):
    """Nobody is signed in."""

    status = 401
    code = "sign_in_needed"
    sentence = lazy_gettext("Please sign in first.")


class TooMany(PasserelleError):
    """Too much in too short a time; `seconds` says how long to wait."""

    status = 429
    code = "too_many"
    sentence = lazy_gettext("That was too often. Wait a little and try again.")

    def __init__(self, seconds: int, sentence: str | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Conflict(PasserelleError):
    """What is stored has changed since, or is taken."""

    status = 409
    code = "conflict"
    sentence = lazy_gettext("Someone changed this at the same time. Look at it again.")


class Unavailable(PasserelleError):
    """Our fault, and it will pass."""

    status = 503
    code = "unavailable"
    sentence = lazy_gettext(
        "We cannot reach part of our system right now. Nothing is lost. Try again in a minute."
    )


def wants_json() -> bool:
    """Whether the caller asked for JSON rather than a page."""
    accepted = request.accept_mimetypes
    return (
        request.is_json
        or max(accepted["application/json"], accepted["application/x-ndjson"]) > accepted["text/html"]
    )


def init_app(app: Flask) -> None:
    """Register the handlers: every error that leaves a view passes here."""
    app.register_error_handler(PasserelleError, error_page)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(PoolTimeout, _database)


def error_page(error: PasserelleError) -> Response:
    """The answer that tells a person about this error."""
    response = _answer(error.status, error.code, str(error.sentence))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _csrf(error: CSRFError) -> Response:  # noqa: ARG001
    return _answer(
        400, "stale_form", gettext("This page was open for too long. Load it again, then send it once more.")
    )


def _wrong_host(error: SecurityError) -> Response:  # noqa: ARG001
    # Under a name that is not ours no address can be built, so this cannot be one of our pages.
    sentence = gettext(
        "This site does not answer to this address. Its operator sets the names in PASSERELLE_HOSTS."
    )
    return Response(sentence, 400, mimetype="text/plain")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = _answer(status, (error.name or "error").lower().replace(" ", "_"), _sentence(status))
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _database(error: Exception) -> Response:
    current_app.logger.error("database unavailable: %s", type(error).__name__)
    return error_page(Unavailable())


def _sentence(status: int) -> str:
    match status:
        case 404 | 403:
            return str(NotFound.sentence)
        case 413:
            return str(gettext("That is too large to send."))
        case 429:
            return str(TooMany.sentence)
        case _ if status >= InternalServerError.code:
            return str(gettext("Something broke on our side. It is not your fault. Try again in a minute."))
        case _:
            return str(PasserelleError.sentence)


def _answer(status: int, code: str, sentence: str) -> Response:
    if wants_json():
        response = jsonify({"error": code, "sentence": sentence})
    else:
        response = make_response(_page(status, sentence))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(status: int, sentence: str) -> str:
    try:
        return render_template("error.html", status=status, sentence=sentence)
    except TemplateNotFound:
        return sentence
