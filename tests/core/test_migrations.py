"""The migrations and the models say the same, upwards and downwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect

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
