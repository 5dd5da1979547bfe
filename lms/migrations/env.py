"""What Alembic runs: migrations of the application's database, within the application's context."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from lms.core.db import Base, db


def run(connection: Connection) -> None:
    """Migrate in one transaction: a migration that fails half-way leaves nothing."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        # SQLite cannot alter a table in place; Alembic makes a new one and moves the rows.
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations need the database: run them with `passerelle prepare`.")

with db.engine.connect() as live:
    # SQLite alters a table by dropping it once it is copied; with foreign keys enforced that would take the rows
    # of other tables along. The switch only works outside a transaction.
    on_sqlite = live.dialect.name == "sqlite"
    if on_sqlite:
        live.exec_driver_sql("PRAGMA foreign_keys=OFF")
    run(live)
    if on_sqlite:
        broken = live.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise SystemExit(
                f"The migration would leave rows that point nowhere, and was undone: {broken[:5]}"
            )
    live.commit()
    if on_sqlite:
        live.exec_driver_sql("PRAGMA foreign_keys=ON")
