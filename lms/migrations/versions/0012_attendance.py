"""Attendance: records, corrections, students' own words.

Only adds: a site of the version before can go on running beside it.

Revision ID: 0012
Revises: 0007
Create Date: 2026-11-28 03:37:08.854480
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0012'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('marked_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('present', 'late', 'left_early', 'remote', 'excused', 'absent')", name=op.f('ck_attendance_status_known')),
    sa.CheckConstraint("status NOT IN ('excused', 'absent') OR minutes = 0", name=op.f('ck_attendance_absent_has_no_minutes')),
    sa.CheckConstraint('minutes BETWEEN 0 AND 600', name=op.f('ck_attendance_minutes_plausible')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_attendance_version_counts')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_attendance_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['session_id'], ['class_session.id'], name=op.f('fk_attendance_session_id_class_session')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_attendance_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('session_id', 'user_id', name=op.f('uq_attendance_session_id_user_id'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_user_session', ['user_id', 'session_id', 'status', 'minutes'], unique=False)

    op.create_table('attendance_word',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=16), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('said_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("word <> 'wrong' OR note <> ''", name=op.f('ck_attendance_word_wrong_says_why')),
    sa.CheckConstraint("word IN ('was_there', 'wrong')", name=op.f('ck_attendance_word_word_known')),
    sa.ForeignKeyConstraint(['session_id'], ['class_session.id'], name=op.f('fk_attendance_word_session_id_class_session')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_attendance_word_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('session_id', 'user_id', name=op.f('pk_attendance_word'))
    )
    with op.batch_alter_table('attendance_word', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_word_user', ['user_id', 'session_id'], unique=False)

    op.create_table('attendance_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attendance_id', sa.Integer(), nullable=False),
    sa.Column('before_status', sa.String(length=16), nullable=False),
    sa.Column('before_minutes', sa.Integer(), nullable=False),
    sa.Column('after_status', sa.String(length=16), nullable=False),
    sa.Column('after_minutes', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("after_status IN ('present', 'late', 'left_early', 'remote', 'excused', 'absent')", name=op.f('ck_attendance_change_after_known')),
    sa.CheckConstraint("before_status IN ('present', 'late', 'left_early', 'remote', 'excused', 'absent')", name=op.f('ck_attendance_change_before_known')),
    sa.ForeignKeyConstraint(['attendance_id'], ['attendance.id'], name=op.f('fk_attendance_change_attendance_id_attendance'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_attendance_change_author_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_change'))
    )
    with op.batch_alter_table('attendance_change', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_change_record', ['attendance_id', 'at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('attendance_change', schema=None) as batch_op:
        batch_op.drop_index('ix_attendance_change_record')

    op.drop_table('attendance_change')
    with op.batch_alter_table('attendance_word', schema=None) as batch_op:
        batch_op.drop_index('ix_attendance_word_user')

    op.drop_table('attendance_word')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_index('ix_attendance_user_session')

    op.drop_table('attendance')
