"""How a class stands with its exercises is read from an index alone: a row of a hand-in is large.

Only adds: a site of the version before can go on running beside it.

Revision ID: 0008
Revises: 0012
Create Date: 2026-11-28 03:40:00
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_submission_person_exercise", "submission"
COLUMNS = ["user_id", "exercise_key", "received_at"]


def upgrade() -> None:
    op.drop_index(INDEX, TABLE)
    op.create_index(INDEX, TABLE, [*COLUMNS, "cohort_id", "status", "outcome"])


def downgrade() -> None:
    op.drop_index(INDEX, TABLE)
    op.create_index(INDEX, TABLE, COLUMNS)
