"""Published versions have numbers; a course has one publication at a time.

Revision ID: 0016
Revises: 0014
Create Date: 2026-11-28 07:15:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0016'
down_revision = '0014'
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("kind = 'publish' AND status IN ('waiting', 'running')")


def upgrade() -> None:
    op.add_column('author_run', sa.Column('not_before', lms.core.db.UTCDateTime(timezone=True), nullable=True))
    op.create_index('uq_author_run_publication', 'author_run', ['course_id'], unique=True,
                    sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY)
    # Nothing could be published before this: the table is empty.
    with op.batch_alter_table('course_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('number', sa.Integer(), nullable=False))
        batch_op.drop_constraint(batch_op.f('uq_course_version_course_id_commit'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_course_version_course_id_number'), ['course_id', 'number'])


def downgrade() -> None:
    with op.batch_alter_table('course_version', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_course_version_course_id_number'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_course_version_course_id_commit'), ['course_id', 'commit'])
        batch_op.drop_column('number')
    op.drop_index('uq_author_run_publication', table_name='author_run', sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY)
    with op.batch_alter_table('author_run', schema=None) as batch_op:
        batch_op.drop_column('not_before')
