"""What every answer carries: headers, hashed static files, compression, errors in words or JSON."""

from __future__ import annotations

import gc
import gzip
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from lms.accounts.models import Throttle
from lms.app import create_app
from lms.core.config import flask_config, read_settings
from lms.core.db import db, utcnow
from lms.core.errors import ConfigError
from lms.core.nexturl import safe_next
from lms.core.web import static_url
from lms.web import WebServer


def test_a_school_says_after_how_many_days_attendance_closes(tmp_path: Path) -> None:
    def days(**env: str) -> object:
        here = {"PASSERELLE_INSTANCE_DIR": str(tmp_path), **env}
        return flask_config(read_settings(here))["ATTENDANCE_LOCK_DAYS"]

    assert days() == days(PASSERELLE_ATTENDANCE_LOCK_DAYS="") == 7
    assert days(PASSERELLE_ATTENDANCE_LOCK_DAYS="0") == 0
    assert days(PASSERELLE_ATTENDANCE_LOCK_DAYS="30") == 30
    for bad in ("366", "-1", "a week"):
        with pytest.raises(ConfigError, match="PASSERELLE_ATTENDANCE_LOCK_DAYS is a number from 0 to 365"):
            days(PASSERELLE_ATTENDANCE_LOCK_DAYS=bad)


@pytest.mark.parametrize("path", ["/join", "/nothing", "/healthz", "/static/0/app.css"])
def test_every_answer_is_locked_down(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in answer.headers


def test_https_is_kept_to_and_cookies_with_it(settings: dict[str, object]) -> None:
    client = create_app({**settings, "HTTPS": True}).test_client()
    answer = client.get("/join", base_url="https://localhost")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in cookie


def test_another_host_s_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/join", headers={"Host": "evil.example"}).status_code == 400


def test_pages_have_no_inline_script_or_style(client: FlaskClient) -> None:
    page = client.get("/join").get_data(as_text=True)
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_static_file_is_kept_for_a_year_by_its_content(app, client: FlaskClient) -> None:
    with app.test_request_context():
        path = static_url("app.css")
    with client.get(path) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get("/static/old/app.css") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/static/0/../../app.py").status_code == 404


def test_pages_are_packed_for_who_can_unpack(client: FlaskClient) -> None:
    plain = client.get("/join")
    packed = client.get("/join", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data)
    assert b"<h1>" in gzip.decompress(packed.data)
    assert "Accept-Encoding" in plain.headers["Vary"]
    refused = client.get("/join", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_an_error_is_a_sentence_or_json_as_asked(client: FlaskClient) -> None:
    page = client.get("/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    answer = client.get("/nothing", headers={"Accept": "application/json"})
    assert answer.get_json()["error"] == "not_found"
    assert client.get("/me", headers={"Accept": "application/json"}).status_code == 401


def test_a_database_that_is_away_is_our_fault_and_said_so(app, client: FlaskClient, monkeypatch) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("lms.core.web.db.session.execute", away)
    assert client.get("/healthz").status_code == 503
    app.view_functions["accounts.people"] = away
    answer = client.get("/people")
    assert answer.status_code == 503
    assert "gone" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "secret", ["short", "changeme" * 6, "a" * 40, "my-secret-key-my-secret-key-1234567890"]
)
def test_a_guessable_secret_stops_the_start(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ConfigError):
        read_settings({"PASSERELLE_INSTANCE_DIR": str(tmp_path), "PASSERELLE_SECRET_KEY": secret})


def test_a_machine_of_one_makes_its_own_secret_and_keeps_it(tmp_path: Path) -> None:
    env = {"PASSERELLE_INSTANCE_DIR": str(tmp_path)}
    first, second = read_settings(env), read_settings(env)
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert flask_config(first)["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'passerelle.db'}"


def test_several_machines_must_be_given_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="missing"):
        read_settings(
            {"PASSERELLE_INSTANCE_DIR": str(tmp_path), "PASSERELLE_DATABASE_URL": "postgresql://db/x"}
        )


@pytest.mark.parametrize("target", ["/courses", "/courses?x=1&y=2", "/me#top"])
def test_a_path_of_this_site_may_be_next(target: str) -> None:
    assert safe_next(target, "/home") == target


def test_two_writers_who_read_first_wait_for_each_other(settings: dict[str, object], tmp_path: Path) -> None:
    if "postgresql" in str(settings["SQLALCHEMY_DATABASE_URI"]):
        pytest.skip("SQLite only")
    app = create_app({**settings, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'two.db'}"})
    with app.app_context():
        db.create_all()
        assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert db.session.scalar(text("PRAGMA foreign_keys")) == 1
        db.session.scalar(select(Throttle.key))
        with app.app_context():
            db.session.add(Throttle(key="there", last_failure_at=utcnow()))
            db.session.commit()
        # A snapshot taken by the read above would make this write fail at once.
        db.session.add(Throttle(key="here", last_failure_at=utcnow()))
        db.session.commit()
        assert db.session.scalars(select(Throttle.key).order_by(Throttle.key)).all() == ["here", "there"]
        db.session.remove()
        db.engine.dispose()


def test_the_sign_in_page_has_an_address(app) -> None:
    with app.test_request_context():
        assert url_for("accounts.sign_in") == "/sign-in"


def test_what_stays_for_good_is_left_out_of_garbage_collections(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collection that walks over all courses would stop a request for a tenth of a second."""
    app.config["BROKER_URL"] = "redis://nowhere"  # no grader in this process
    monkeypatch.setattr("lms.web.create_app", lambda: app)
    monkeypatch.setattr("lms.web.HELPERS", ())
    assert gc.get_freeze_count() == 0
    try:
        assert WebServer("127.0.0.1:0", 1).load() is app
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
