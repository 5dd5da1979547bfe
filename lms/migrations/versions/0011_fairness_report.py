"""The report on fairness of a round, frozen.

Revision ID: 0011
Revises: 0013
Create Date: 2026-11-28 04:10:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0011'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('admission_fairness_report',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('made_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_admission_fairness_report_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['round_id'], ['admission_round.id'], name=op.f('fk_admission_fairness_report_round_id_admission_round'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_admission_fairness_report'))
    )


def downgrade() -> None:
    op.drop_table('admission_fairness_report')
