"""When a message leaves its list is always said, so that one range of an index answers how many are new.

Revision ID: 0013
Revises: 0010
Create Date: 2026-11-28 03:47:00
"""

from __future__ import annotations

from alembic import op

import lms.core.db

revision = '0013'
down_revision = '0010'
branch_labels = None
depends_on = None

FOREVER = "9999-12-31 00:00:00.000000"


def upgrade() -> None:
    zone = "+00" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"UPDATE message SET hidden_from = '{FOREVER}{zone}' WHERE hidden_from IS NULL")
    with op.batch_alter_table('message') as batch_op:
        batch_op.alter_column('hidden_from', existing_type=lms.core.db.UTCDateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('message') as batch_op:
        batch_op.alter_column('hidden_from', existing_type=lms.core.db.UTCDateTime(timezone=True), nullable=True)
    op.execute("UPDATE message SET hidden_from = NULL WHERE hidden_from >= '9999-01-01'")
