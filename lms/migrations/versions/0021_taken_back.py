"""Decisions about work that were taken back.

Only adds: a site of the version before can go on running beside it.

Revision ID: 0021
Revises: 0016
Create Date: 2026-11-28 07:35:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0021'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('review_taken_back',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=16), nullable=False),
    sa.Column('met', sa.JSON(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('waited_seconds', sa.Integer(), nullable=False),
    sa.Column('taken_by', sa.Integer(), nullable=True),
    sa.Column('taken_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("decision IN ('approved', 'needs_work')", name=op.f('ck_review_taken_back_decision_known')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_review_taken_back_reason_given')),
    sa.ForeignKeyConstraint(['decided_by'], ['user.id'], name=op.f('fk_review_taken_back_decided_by_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_review_taken_back_review_id_review'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['taken_by'], ['user.id'], name=op.f('fk_review_taken_back_taken_by_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_taken_back')),
    sa.UniqueConstraint('review_id', 'version', name=op.f('uq_review_taken_back_review_id_version'))
    )


def downgrade() -> None:
    op.drop_table('review_taken_back')
