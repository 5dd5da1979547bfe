"""The database: one typed base for every table, aware UTC times, and SQLite that is safe to write to."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, CursorResult, DateTime, Dialect, Engine, Executable, MetaData, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

READS = frozenset({"SELECT", "PRAGMA", "EXPLAIN", "VALUES", "BEGIN", "COMMIT", "ROLLBACK", "RELEASE"})


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: always aware, always UTC, in every database. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every model derives from this class."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime,
            dict[str, Any]: JSON,
            dict[str, str]: JSON,
            list[str]: JSON,
        },
    )


db = SQLAlchemy(model_class=Base)


def utcnow() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def changed_rows(statement: Executable) -> int:
    """Run an UPDATE or DELETE and say how many rows it changed. Objects that were read before are left as they are."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def engine_options(url: str) -> dict[str, Any]:
    """The pool for this database: enough connections for the threads of one web process."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        return {}
    options: dict[str, Any] = {"pool_size": 10, "max_overflow": 30, "pool_timeout": 10, "pool_pre_ping": True}
    if parsed.get_backend_name() == "postgresql":
        # No query here runs so long that compiling it first (jit) pays: it cost a tenth of a second now and then.
        options["connect_args"] = {
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c timezone=UTC -c jit=off",
        }
    return options


def init_app(app: Flask) -> None:
    """Bind the database to the application."""
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(app.config["SQLALCHEMY_DATABASE_URI"]))
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "before_cursor_execute", _begin_to_write)


def _set_pragmas(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
    # The driver must not open transactions by itself: _begin_to_write does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_to_write(
    connection: Connection,  # noqa: ARG001
    cursor: sqlite3.Cursor,
    statement: str,
    *rest: object,  # noqa: ARG001
) -> None:
    """Take the write lock before the first write, not before a read.

    A transaction that has read and then writes would fail at once when another one wrote in between, without
    waiting for the busy timeout. So reads run outside a transaction and see the last commit, as they do under
    PostgreSQL's default isolation; the first write opens the transaction with BEGIN IMMEDIATE, which waits.
    """
    if cursor.connection.in_transaction:
        return
    if statement.lstrip().split(None, 1)[0].upper() not in READS:
        cursor.connection.execute("BEGIN IMMEDIATE")
