"""A first record that is written after its list is closed is kept with its reason, like a correction.

Only widens: a site of the version before can go on running beside it.

Revision ID: 0004
Revises: 0011
Create Date: 2026-11-28 04:50:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('attendance_change') as batch_op:
        batch_op.alter_column('before_status', existing_type=sa.String(length=16), nullable=True)


def downgrade() -> None:
    # The table of before has no words for these rows: nothing stood there.
    op.execute("DELETE FROM attendance_change WHERE before_status IS NULL")
    with op.batch_alter_table('attendance_change') as batch_op:
        batch_op.alter_column('before_status', existing_type=sa.String(length=16), nullable=False)
