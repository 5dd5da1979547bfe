"""Times for talks, which candidates pick; help that was noted in class; who was told of a round and of an offer.

Revision ID: 0020
Revises: 0021
Create Date: 2026-11-28 07:45:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0020'
down_revision = '0021'
branch_labels = None
depends_on = None

GENERAL = sa.text('criterion_id IS NULL')


def upgrade() -> None:
    # Nothing could be planned or noted before this: both tables are empty.
    op.drop_table('interview_note')
    op.drop_table('interview')
    op.create_table('interview_slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('interviewer_id', sa.Integer(), nullable=True),
    sa.Column('starts_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 5 AND 240', name=op.f('ck_interview_slot_minutes_plausible')),
    sa.CheckConstraint("place <> '' OR link <> ''", name=op.f('ck_interview_slot_somewhere')),
    sa.ForeignKeyConstraint(['interviewer_id'], ['user.id'], name=op.f('fk_interview_slot_interviewer_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['round_id'], ['admission_round.id'], name=op.f('fk_interview_slot_round_id_admission_round'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_slot')),
    sa.UniqueConstraint('interviewer_id', 'starts_at', name=op.f('uq_interview_slot_interviewer_id_starts_at')),
    sa.UniqueConstraint('public_id', name=op.f('uq_interview_slot_public_id'))
    )
    op.create_index('ix_interview_slot_round', 'interview_slot', ['round_id', 'starts_at'])
    op.create_table('interview',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('wish', sa.String(length=500), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('invited_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('invited', 'planned', 'held', 'missed', 'cancelled')", name=op.f('ck_interview_status_known')),
    sa.CheckConstraint("(status IN ('planned', 'held', 'missed')) = (slot_id IS NOT NULL)", name=op.f('ck_interview_planned_has_time')),
    sa.CheckConstraint('missed >= 0', name=op.f('ck_interview_missed_counts')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_interview_version_counts')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_interview_application_id_application'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_interview_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['slot_id'], ['interview_slot.id'], name=op.f('fk_interview_slot_id_interview_slot')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_interview')),
    sa.UniqueConstraint('slot_id', name=op.f('uq_interview_slot_id'))
    )
    op.create_table('interview_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('criterion_id', sa.Integer(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=600), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('level IS NULL OR criterion_id IS NOT NULL', name=op.f('ck_interview_note_level_of_a_criterion')),
    sa.CheckConstraint("text <> ''", name=op.f('ck_interview_note_text_given')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_interview_note_application_id_application'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_interview_note_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['criterion_id', 'level'], ['admission_criterion_level.criterion_id', 'admission_criterion_level.level'], name=op.f('fk_interview_note_criterion_id_admission_criterion_level')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_note')),
    sa.UniqueConstraint('application_id', 'author_id', 'criterion_id', name=op.f('uq_interview_note_application_id_author_id_criterion_id'))
    )
    op.create_index('uq_interview_note_general', 'interview_note', ['application_id', 'author_id'], unique=True,
                    sqlite_where=GENERAL, postgresql_where=GENERAL)
    op.create_table('help_note',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('asked', 'given')", name=op.f('ck_help_note_kind_known')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_help_note_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_help_note_cohort_id_cohort')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_help_note_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'cohort_id', 'on_day', 'kind', name=op.f('pk_help_note'))
    )
    op.create_index('ix_help_note_cohort_day', 'help_note', ['cohort_id', 'on_day'])
    op.add_column('admission_round', sa.Column('announced_at', lms.core.db.UTCDateTime(timezone=True), nullable=True))
    op.add_column('decision', sa.Column('reminded_at', lms.core.db.UTCDateTime(timezone=True), nullable=True))
    # Rounds that opened before this told nobody, and it is too late to tell now.
    op.execute("UPDATE admission_round SET announced_at = created_at WHERE status <> 'draft'")


def downgrade() -> None:
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_column('reminded_at')
    with op.batch_alter_table('admission_round', schema=None) as batch_op:
        batch_op.drop_column('announced_at')
    op.drop_table('help_note')
    op.drop_table('interview_note')
    op.drop_table('interview')
    op.drop_table('interview_slot')
    op.create_table('interview',
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('planned', 'held', 'missed', 'cancelled')", name=op.f('ck_interview_status_known')),
    sa.CheckConstraint('minutes BETWEEN 5 AND 240', name=op.f('ck_interview_minutes_plausible')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_interview_application_id_application'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_interview_author_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_interview'))
    )
    op.create_table('interview_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('criterion_id', sa.Integer(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=1100), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("text <> ''", name=op.f('ck_interview_note_text_given')),
    sa.CheckConstraint('level IS NULL OR criterion_id IS NOT NULL', name=op.f('ck_interview_note_level_of_a_criterion')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_interview_note_application_id_application'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_interview_note_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['criterion_id', 'level'], ['admission_criterion_level.criterion_id', 'admission_criterion_level.level'], name=op.f('fk_interview_note_criterion_id_admission_criterion_level')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview_note'))
    )
    op.create_index('ix_interview_note_application', 'interview_note', ['application_id', 'at'])
