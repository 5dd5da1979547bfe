"""The migrations and the models say the same, upwards and downwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, text

from lms.app import create_app
from lms.core.config import ROOT
from lms.core.db import Base, db
from tests.conftest import DATABASE_URL, drop_all

MIGRATIONS = str(ROOT / "lms" / "migrations")


@pytest.fixture
def bare(settings: dict[str, object], tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without tables."""
    if not DATABASE_URL:
        settings["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'migrated.db'}"
    application = create_app(settings)
    with application.app_context():
        drop_all()
        yield application
        db.session.remove()
        drop_all()
        db.engine.dispose()


def options(given: dict[str, object]) -> list[tuple[str, str]]:
    """An index's options in a form that can be compared."""
    return sorted((name, str(value)) for name, value in given.items())


def schema(engine: Engine) -> dict[str, object]:
    """What the database itself says of its tables, checks and partial indexes included."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            },
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in inspector.get_check_constraints(table)),
            "unique": sorted(
                (str(u["name"]), tuple(u["column_names"])) for u in inspector.get_unique_constraints(table)
            ),
            "indexes": sorted(
                (str(i["name"]), str(i["column_names"]), bool(i["unique"]), options(i["dialect_options"]))
                for i in inspector.get_indexes(table)
            ),
            "foreign": sorted(
                (str(f["name"]), str(f["constrained_columns"]), f["referred_table"], str(f["options"]))
                for f in inspector.get_foreign_keys(table)
            ),
        }
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }


def test_upgrading_an_empty_database_gives_the_tables_of_the_models(bare):
    upgrade(directory=MIGRATIONS)
    with db.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert found == []
    migrated = schema(db.engine)
    downgrade(directory=MIGRATIONS, revision="base")
    assert schema(db.engine) == {}
    db.create_all()
    assert migrated == schema(db.engine)


def test_upgrading_twice_changes_nothing(bare):
    upgrade(directory=MIGRATIONS)
    upgrade(directory=MIGRATIONS)
    assert "submission" in inspect(db.engine).get_table_names()


BEFORE = """
INSERT INTO "user" (id, public_id, name, active, fs_uniquifier, is_admin, secret_is_temporary, created_at)
  VALUES (1, 'ben', 'Ben', true, 'a', false, false, '2026-01-01 08:00:00'),
         (2, 'cora', 'Cora', true, 'b', false, false, '2026-01-01 08:00:00');
INSERT INTO programme (id, slug, name, created_at) VALUES (1, 'demo', 'Demo School', '2026-01-01 08:00:00');
INSERT INTO cohort (id, public_id, programme_id, name, course_slug, pace, hours_per_week, join_code, join_open,
                    created_at)
  VALUES (1, 'morning', 1, 'Morning class', 'first-steps-python', 'steady', 4, 'HEJ23456', true,
          '2026-01-01 08:00:00'),
         (2, 'evening', 1, 'Evening class', 'first-steps-python', 'steady', 4, 'TRE98765', true,
          '2026-01-01 08:00:00');
INSERT INTO former_code (code, cohort_id) VALUES ('QRS23456', 1);
INSERT INTO enrolment (id, user_id, cohort_id, role, name_key, created_at)
  VALUES (1, 1, 1, 'student', 'ben', '2026-01-02 08:00:00'),
         (2, 2, 1, 'coordinator', 'cora', '2026-01-02 08:00:00'),
         (3, 2, 2, 'coordinator', 'cora', '2026-01-03 08:00:00');
INSERT INTO exercise_version (hash, course, lesson, slug, content, first_seen_at)
  VALUES ('h', 'first-steps-python', '01-hello', 'say-hello', '{}', '2026-01-02 08:00:00');
INSERT INTO submission (id, public_id, user_id, cohort_id, exercise_key, exercise_version, client_key, files,
                        received_at, status, attempts, faults, run)
  VALUES (1, 's', 1, 1, 'first-steps-python/01-hello/say-hello', 'h', 'k', '{}', '2026-01-02 09:00:00',
          'needs_staff', 0, 0, 0);
"""


def rows(query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.session.execute(text(query))]


def test_a_school_of_the_first_version_keeps_everything(bare):
    upgrade(directory=MIGRATIONS, revision="0001")
    with db.engine.begin() as connection:
        for statement in BEFORE.split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
    upgrade(directory=MIGRATIONS)
    assert rows("SELECT code, cohort_id FROM former_code") == [("QRS23456", 1)]
    assert rows("SELECT id, role, status FROM enrolment ORDER BY id") == [
        (1, "student", "enrolled"),
        (2, "coordinator", "enrolled"),
        (3, "coordinator", "enrolled"),
    ]
    assert rows(
        "SELECT name, join_code, time_zone, childcare, starts_on FROM cohort ORDER BY id LIMIT 1"
    ) == [("Morning class", "HEJ23456", "UTC", 0, None)]
    assert rows("SELECT cohort_id, status FROM submission") == [(1, "needs_staff")]
    # Cora coordinated two classes of one programme: she coordinates the programme, once.
    assert rows("SELECT user_id, programme_id, role FROM programme_staff") == [(2, 1, "coordinator")]
    db.session.rollback()
    downgrade(directory=MIGRATIONS, revision="0001")
    assert rows("SELECT code FROM former_code") == [("QRS23456",)]
    assert len(rows("SELECT id FROM enrolment")) == 3


def test_foreign_keys_are_kept_to_again_after_a_migration(bare):
    upgrade(directory=MIGRATIONS)
    if db.engine.dialect.name == "sqlite":
        assert rows("PRAGMA foreign_keys") == [(1,)]


@pytest.mark.parametrize(
    "file", sorted(Path(MIGRATIONS, "versions").glob("*.py")), ids=lambda file: file.stem
)
def test_a_default_of_yes_or_no_is_no_number(file: Path) -> None:
    """What is generated on SQLite says 0 and 1, which PostgreSQL does not take for a boolean."""
    assert not re.search(r"Boolean\(\), server_default=(sa\.text\()?'[01]'", file.read_text(encoding="utf-8"))
