"""Rows by the hundred thousand: processed as the tables say, written in blocks, a table after those it refers to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import psycopg
from sqlalchemy import JSON, Column, Connection, Dialect, String, Table, func, select
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from lms.core.db import db

BLOCK = 5000
# For SQLite, in KiB: the random keys of a million rows need their index in memory while they are written.
CACHE = 262_144

Process = Callable[[Any], Any]


class Sink:
    """Takes rows for any table and writes them in blocks, inside the session's transaction.

    Every row of a table names the same columns; defaults of the table fill in what is not named. A JSON column
    takes its text. Keys that others refer to are counted here, from what the database holds.
    """

    def __init__(self) -> None:
        self._tables: dict[str, _Block] = {}
        self._next: dict[str, int] = {}
        self._waiting = 0
        self.written = 0
        if db.engine.dialect.name == "sqlite":
            db.session.connection().exec_driver_sql(f"PRAGMA cache_size=-{CACHE}")

    def new_id(self, model: type[DeclarativeBase]) -> int:
        """The next key of this table."""
        table = cast("Table", model.__table__)
        number = self._next.get(table.name)
        if number is None:
            number = db.session.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
        self._next[table.name] = number + 1
        return number + 1

    def add(self, model: type[DeclarativeBase], **values: Any) -> None:
        """One row; it is in the database after the next `flush` at the latest."""
        table = cast("Table", model.__table__)
        block = self._tables.get(table.name)
        if block is None:
            block = self._tables[table.name] = _Block(table, tuple(values))
        block.add(values)
        self._waiting += 1
        if self._waiting >= BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what waits, and let PostgreSQL count on from the keys that were given here."""
        connection = db.session.connection()
        for table in db.metadata.sorted_tables:
            if table.name in self._tables:
                self.written += self._tables[table.name].write(connection)
        self._waiting = 0
        if connection.dialect.name == "postgresql":
            for name, number in self._next.items():
                sequence = func.pg_get_serial_sequence(f'"{name}"', "id")
                connection.execute(select(func.setval(sequence, number)))


class _Block:
    """The rows of one table that wait."""

    def __init__(self, table: Table, given: tuple[str, ...]) -> None:
        dialect = db.engine.dialect
        self._table = table
        self._given = frozenset(given)
        columns = [column for column in table.columns if column.name in self._given or _has_default(column)]
        unknown = self._given - {column.name for column in columns}
        if unknown:
            raise TypeError(f"{table.name} has no {', '.join(sorted(unknown))}")
        quoted = dialect.identifier_preparer
        self._name = quoted.format_table(table)
        self._columns = ", ".join(quoted.format_column(column) for column in columns)
        self._processes = [(column.name, _process(column, dialect), _default(column)) for column in columns]
        self._rows: list[tuple[Any, ...]] = []

    def add(self, values: dict[str, Any]) -> None:
        if values.keys() != self._given:
            raise TypeError(f"a row of {self._table.name} names other columns than the one before")
        self._rows.append(
            tuple(
                [
                    process(values[name] if name in values else default())
                    for name, process, default in self._processes
                ]
            )
        )

    def write(self, connection: Connection) -> int:
        rows, self._rows = self._rows, []
        if not rows:
            return 0
        if connection.dialect.name == "postgresql":
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)  # noqa: S101  # what the address asked for
            statement = f"COPY {self._name} ({self._columns}) FROM STDIN"
            with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join("?" * len(self._processes))
            statement = f"INSERT INTO {self._name} ({self._columns}) VALUES ({places})"  # noqa: S608  # our names
            connection.exec_driver_sql(statement, rows)
        return len(rows)


def _has_default(column: Column[Any]) -> bool:
    return isinstance(column.default, ScalarElementColumnDefault | CallableColumnDefault)


def _default(column: Column[Any]) -> Callable[[], Any]:
    if isinstance(column.default, CallableColumnDefault):
        make = column.default.arg
        return lambda: make(cast("Any", None))
    value = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
    return lambda: value


def _process(column: Column[Any], dialect: Dialect) -> Process:
    """From a value as the models know it to one as the driver takes it."""
    if isinstance(column.type, JSON):
        return lambda value: value if value is None or isinstance(value, str) else json.dumps(value)
    if isinstance(column.type, String):
        return lambda value: None if value is None else str(value)  # an enumeration's member is its value
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return process if process is not None else lambda value: value
