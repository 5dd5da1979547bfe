"""Fixtures every test can ask for. The database is real: SQLite in memory, or PostgreSQL by an address."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, engine_from_config, inspect, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.core.config import ROOT, database_url
from lms.core.db import db
from lms.prepare import compile_catalogues

DATABASE_URL = os.environ.get("PASSERELLE_TEST_DATABASE_URL", "")


# How long one example takes says how busy the machine is; what takes too long in all, pytest-timeout ends.
hypothesis_settings.register_profile("passerelle", deadline=None)
hypothesis_settings.load_profile("passerelle")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the interface's languages as `passerelle prepare` does: pages are tested in all of them."""
    if not hasattr(config, "workerinput"):  # once, not in each process of a parallel run
        compile_catalogues(ROOT / "translations")


DATABASES = {"app", "settings", "counted"}
"""Fixtures with a database (`counted` has made pages of its own)."""
APPLICATIONS = {"app", "threaded_app", "counted", "standing", "make_site"}
"""Fixtures that make a whole application, which takes longer than most tests."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what goes through the application, but for the first of each folder: those are the fast tier's sample.

    On another database than SQLite only what asks for a database is worth a second run.
    """
    sampled: set[Path] = set()
    for item in items:
        if isinstance(item, pytest.Function) and APPLICATIONS & set(item.fixturenames):
            if item.path.parent in sampled or "counted" in item.fixturenames:
                item.add_marker(pytest.mark.door)
            else:
                sampled.add(item.path.parent)
    if not DATABASE_URL:
        return
    asks = [item for item in items if DATABASES & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in asks])
    items[:] = asks


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, object]:
    """The configuration of a test's application; a test may override parts of it."""
    return settings_in(tmp_path)


def settings_in(folder: Path) -> dict[str, object]:
    """The configuration of an application whose own files are in this folder."""
    return {
        "TESTING": True,
        "SECRET_KEY": "for tests only: nothing is kept behind it 0123456789",
        "SQLALCHEMY_DATABASE_URI": database_url(DATABASE_URL, folder) if DATABASE_URL else "sqlite://",
        "INSTANCE_DIR": folder,
        "COURSES_DIR": ROOT / "courses",
        "TRANSLATIONS_DIR": ROOT / "translations",
        "BROKER_URL": "",
        "SANDBOX_URL": f"unix:{folder / 'no-sandbox.sock'}",
        "SANDBOX_TOKEN": None,
        "TRUSTED_HOSTS": ["localhost"],
        "PROXIES": 0,
        "HTTPS": False,
        # Signing in takes a tenth of a second with the real cost; tests/accounts proves that cost once.
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__time_cost": 1, "argon2__memory_cost": 64},
    }


class Browser(FlaskClient):
    """A client whose requests have an application context of their own, as in the server.

    The `app` fixture keeps one open for the factories; a request that shared it would share `g` and the
    database session with the test and all other requests. After a request the test sees what was committed.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        return response


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once, not once for each test's application: that was half of the tests' time."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def compiled_addresses() -> Iterator[None]:
    """Rules of addresses are read once for all tests' applications: that was most of making one."""
    compile_rule = Rule.compile
    known: dict[object, Any] = {}

    def compile_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults))
        if key not in known:
            compile_rule(rule)
            known[key] = rule
            return
        same = known[key]
        rule._parts, rule._trace, rule._converters = same._parts, same._trace, same._converters
        rule.arguments = set(same.arguments)
        rule._build = same._build.__func__.__get__(rule, None)
        rule._build_unknown = same._build_unknown.__func__.__get__(rule, None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


@pytest.fixture
def app(
    settings: dict[str, object], compiled_templates: FileSystemBytecodeCache, compiled_addresses: None
) -> Iterator[Flask]:
    """An application with empty tables. An application context is open, as the factories need one."""
    with application(settings, compiled_templates) as made:
        yield made


ENGINES: dict[str, Engine] = {}
"""Engines of the tests' applications by address: an engine keeps the statements that it has compiled, and
compiling them anew for each test was a third of the tests' time. Of its connections nothing is kept."""


@contextmanager
def application(
    settings: dict[str, object], templates: FileSystemBytecodeCache, *, alone: bool = False
) -> Iterator[Flask]:
    """An application with empty tables, in its own context, until the block ends.

    `alone`: others are made while it lives; else they would be in one database in memory.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not alone:
            patch.setattr(SQLAlchemy, "_make_engine", kept_engine)
        made = create_app(settings)
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = templates
    threads = set(threading.enumerate())
    with made.app_context():
        make_tables()
        yield made
        for one in set(threading.enumerate()) - threads:
            one.join(2)
            assert not one.is_alive(), f"{one.name} would go on in the next test's database"
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def threaded_app(settings: dict[str, object], tmp_path: Path) -> Iterator[Flask]:
    """An application whose database several threads use."""
    if settings["SQLALCHEMY_DATABASE_URI"] == "sqlite://":
        settings = {**settings, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'test.db'}"}
    made = create_app(settings)
    with made.app_context():
        drop_all()
        db.create_all()
        yield made
        db.session.remove()
        db.drop_all()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser with nobody signed in and an empty cookie jar."""
    return app.test_client()


def kept_engine(self: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
    """The engine that an earlier test's application had for the same address, if it is one of all tests."""
    address = str(options["url"])
    if address != "sqlite://" and not DATABASE_URL:
        return engine_from_config(options, prefix="")
    if address not in ENGINES:
        ENGINES[address] = engine_from_config(options, prefix="")
    return ENGINES[address]


EMPTY_TABLES: list[sqlite3.Connection] = []
"""A database with every table and no row, made by the first test of a process that needs one."""


EMPTY_ALL = """
CREATE OR REPLACE FUNCTION pg_temp.empty_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE one text; filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;  -- in any order, whatever hangs on what
  FOR one IN SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %s', one); END IF;
  END LOOP;
  FOR one IN SELECT format('%I', sequencename) FROM pg_sequences
             WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %s RESTART', one);
  END LOOP;
END $$
"""
"""Twenty times as quick as TRUNCATE, which makes new files for every table."""


def make_tables() -> None:
    """Every table, empty. Those that are there are emptied or copied: making them takes many times as long."""
    if db.engine.dialect.name == "postgresql":
        if set(inspect(db.engine).get_table_names()) == set(db.metadata.tables):
            with db.engine.begin() as connection:
                connection.execute(text(EMPTY_ALL))
                connection.execute(text("SELECT pg_temp.empty_all()"))
            return
        drop_all()
    if EMPTY_TABLES and str(db.engine.url) == "sqlite://":
        copy_database(EMPTY_TABLES[0], into_database=True)
        return
    db.create_all()
    if str(db.engine.url) == "sqlite://":
        EMPTY_TABLES.append(sqlite3.connect(":memory:", check_same_thread=False))
        copy_database(EMPTY_TABLES[0], into_database=False)


def copy_database(template: sqlite3.Connection, *, into_database: bool) -> None:
    """Copy all rows from or to the database in memory of the application whose context is open."""
    connection = db.engine.raw_connection()
    try:
        own = connection.driver_connection
        assert isinstance(own, sqlite3.Connection)
        source, target = (template, own) if into_database else (own, template)
        source.backup(target)
    finally:
        connection.close()


def drop_all() -> None:
    """Empty a PostgreSQL database; SQLite's are new for each test."""
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
