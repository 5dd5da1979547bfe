"""Counted statistics of exercises, for those who write them.

Only adds: a site of the version before can go on running beside it.

Revision ID: 0019
Revises: 0022
Create Date: 2026-11-28 08:00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0019'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('exercise_statistics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('exercise_key', sa.String(length=255), nullable=False),
    sa.Column('exercise_version', sa.String(length=64), nullable=False),
    sa.Column('shown', sa.JSON(), nullable=False),
    sa.Column('counted_at', lms.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('looked_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(exercise_key = '') = (exercise_version = '')", name=op.f('ck_exercise_statistics_version_of_an_exercise')),
    sa.ForeignKeyConstraint(['course_id'], ['authored_course.id'], name=op.f('fk_exercise_statistics_course_id_authored_course'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exercise_statistics')),
    sa.UniqueConstraint('course_id', 'exercise_key', 'exercise_version', name=op.f('uq_exercise_statistics_course_id_exercise_key_exercise_version'))
    )


def downgrade() -> None:
    op.drop_table('exercise_statistics')
