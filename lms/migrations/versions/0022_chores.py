"""What is done by the clock, and when.

Only adds: a site of the version before can go on running beside it.

Revision ID: 0022
Revises: 0017
Create Date: 2026-11-28 07:50:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0022'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('chore',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('due_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', lms.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('done_at', lms.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('fault', sa.String(length=100), nullable=False),
    sa.CheckConstraint('(token IS NULL) = (lease_until IS NULL)', name=op.f('ck_chore_token_has_lease')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_chore'))
    )


def downgrade() -> None:
    op.drop_table('chore')
