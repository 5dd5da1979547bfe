"""Tracks, timetables, sessions, and people's places in a class with their history.

Only adds: a site of the version before can go on running beside it.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-27 23:20:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# Who coordinated a class coordinates its programme from now on.
COORDINATORS = """
INSERT INTO programme_staff (user_id, programme_id, role, created_at)
SELECT enrolment.user_id, cohort.programme_id, 'coordinator', MIN(enrolment.created_at)
FROM enrolment JOIN cohort ON cohort.id = enrolment.cohort_id
WHERE enrolment.role = 'coordinator'
GROUP BY enrolment.user_id, cohort.programme_id
"""


def upgrade() -> None:
    op.create_table('calendar_feed',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_calendar_feed_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_table('programme_staff',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('coordinator')", name=op.f('ck_programme_staff_role_known')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_staff_programme_id_programme')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_programme_staff_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_staff')),
    sa.UniqueConstraint('user_id', 'programme_id', name=op.f('uq_programme_staff_user_id_programme_id'))
    )
    with op.batch_alter_table('programme_staff', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_staff_programme_id'), ['programme_id'], unique=False)

    op.create_table('track',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('pace', sa.String(length=16), nullable=False),
    sa.Column('hours_per_week', sa.Integer(), nullable=False),
    sa.Column('sessions_per_week', sa.Integer(), nullable=False),
    sa.Column('weeks', sa.Integer(), nullable=False),
    sa.Column('buffer_weeks', sa.Integer(), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_track_name_given')),
    sa.CheckConstraint("pace IN ('steady', 'bootcamp')", name=op.f('ck_track_pace_known')),
    sa.CheckConstraint('buffer_weeks BETWEEN 0 AND 20', name=op.f('ck_track_buffer_plausible')),
    sa.CheckConstraint('hours_per_week BETWEEN 1 AND 60', name=op.f('ck_track_hours_plausible')),
    sa.CheckConstraint('sessions_per_week BETWEEN 1 AND 20', name=op.f('ck_track_sessions_plausible')),
    sa.CheckConstraint('weeks BETWEEN 1 AND 60', name=op.f('ck_track_weeks_plausible')),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_track_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_track')),
    sa.UniqueConstraint('programme_id', 'name', name=op.f('uq_track_programme_id_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_track_public_id'))
    )
    op.create_table('track_course',
    sa.Column('track_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('course_slug', sa.String(length=64), nullable=False),
    sa.Column('version', sa.String(length=64), nullable=True),
    sa.CheckConstraint('position >= 0', name=op.f('ck_track_course_position_counts')),
    sa.ForeignKeyConstraint(['track_id'], ['track.id'], name=op.f('fk_track_course_track_id_track'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('track_id', 'position', name=op.f('pk_track_course')),
    sa.UniqueConstraint('track_id', 'course_slug', name=op.f('uq_track_course_track_id_course_slug'))
    )
    op.create_table('calendar_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('starts', sa.Time(), nullable=True),
    sa.Column('until_day', sa.Date(), nullable=True),
    sa.Column('new_day', sa.Date(), nullable=True),
    sa.Column('new_starts', sa.Time(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'holiday') = (starts IS NULL)", name=op.f('ck_calendar_change_session_has_time')),
    sa.CheckConstraint("(kind = 'holiday') = (until_day IS NOT NULL)", name=op.f('ck_calendar_change_holiday_ends')),
    sa.CheckConstraint("(kind = 'moved') = (new_day IS NOT NULL) AND (kind = 'moved') = (new_starts IS NOT NULL)", name=op.f('ck_calendar_change_moved_somewhere')),
    sa.CheckConstraint("kind <> 'extra' OR minutes IS NOT NULL", name=op.f('ck_calendar_change_extra_has_length')),
    sa.CheckConstraint("kind IN ('holiday', 'moved', 'cancelled', 'extra')", name=op.f('ck_calendar_change_kind_known')),
    sa.CheckConstraint('minutes IS NULL OR minutes BETWEEN 15 AND 600', name=op.f('ck_calendar_change_minutes_plausible')),
    sa.CheckConstraint('until_day IS NULL OR until_day >= on_day', name=op.f('ck_calendar_change_holiday_forwards')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_calendar_change_cohort_id_cohort'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_change')),
    sa.UniqueConstraint('cohort_id', 'on_day', 'starts', name=op.f('uq_calendar_change_cohort_id_on_day_starts'))
    )
    op.create_table('class_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('planned_day', sa.Date(), nullable=False),
    sa.Column('planned_time', sa.Time(), nullable=False),
    sa.Column('starts_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('half_day', sa.String(length=16), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('extra', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.CheckConstraint("half_day IN ('morning', 'afternoon', 'evening')", name=op.f('ck_class_session_half_day_known')),
    sa.CheckConstraint("status IN ('planned', 'moved', 'cancelled')", name=op.f('ck_class_session_status_known')),
    sa.CheckConstraint('minutes BETWEEN 15 AND 600', name=op.f('ck_class_session_minutes_plausible')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_class_session_cohort_id_cohort')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_session')),
    sa.UniqueConstraint('cohort_id', 'planned_day', 'planned_time', name=op.f('uq_class_session_cohort_id_planned_day_planned_time')),
    sa.UniqueConstraint('public_id', name=op.f('uq_class_session_public_id'))
    )
    with op.batch_alter_table('class_session', schema=None) as batch_op:
        batch_op.create_index('ix_class_session_cohort_starts', ['cohort_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_class_session_starts', ['starts_at'], unique=False)

    op.create_table('extension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('lesson_key', sa.String(length=255), nullable=False),
    sa.Column('due_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_extension_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_extension_cohort_id_cohort'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_extension_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension')),
    sa.UniqueConstraint('user_id', 'cohort_id', 'lesson_key', name=op.f('uq_extension_user_id_cohort_id_lesson_key'))
    )
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extension_cohort_id'), ['cohort_id'], unique=False)

    op.create_table('lesson_date',
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('lesson_key', sa.String(length=255), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('opens_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('due_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('due_at > opens_at', name=op.f('ck_lesson_date_due_after_it_opens')),
    sa.CheckConstraint('position >= 0', name=op.f('ck_lesson_date_position_counts')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_lesson_date_cohort_id_cohort'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('cohort_id', 'lesson_key', name=op.f('pk_lesson_date'))
    )
    with op.batch_alter_table('lesson_date', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_date_cohort_due', ['cohort_id', 'due_at'], unique=False)

    op.create_table('time_slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 15 AND 600', name=op.f('ck_time_slot_minutes_plausible')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_time_slot_weekday_known')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_time_slot_cohort_id_cohort'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_slot')),
    sa.UniqueConstraint('cohort_id', 'weekday', 'starts', name=op.f('uq_time_slot_cohort_id_weekday_starts'))
    )
    op.create_table('absence_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['class_session.id'], name=op.f('fk_absence_notice_session_id_class_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_absence_notice_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence_notice')),
    sa.UniqueConstraint('session_id', 'user_id', name=op.f('uq_absence_notice_session_id_user_id'))
    )
    with op.batch_alter_table('absence_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absence_notice_user_id'), ['user_id'], unique=False)

    op.create_table('enrolment_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('to_cohort_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("reason IS NULL OR reason IN ('work', 'family', 'health', 'time', 'too_hard', 'too_easy', 'language', 'equipment', 'away', 'other_course', 'no_contact', 'finished', 'other')", name=op.f('ck_enrolment_event_reason_known')),
    sa.CheckConstraint("status <> 'moved' OR to_cohort_id IS NOT NULL", name=op.f('ck_enrolment_event_moved_somewhere')),
    sa.CheckConstraint("status IN ('enrolled', 'paused', 'deferred', 'moved', 'withdrawn', 'graduated', 'referred')", name=op.f('ck_enrolment_event_status_known')),
    sa.CheckConstraint("status NOT IN ('withdrawn', 'deferred', 'moved') OR reason IS NOT NULL", name=op.f('ck_enrolment_event_ending_has_reason')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_enrolment_event_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_enrolment_event_enrolment_id_enrolment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_cohort_id'], ['cohort.id'], name=op.f('fk_enrolment_event_to_cohort_id_cohort')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment_event'))
    )
    with op.batch_alter_table('enrolment_event', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_event_enrolment_at', ['enrolment_id', 'at'], unique=False)

    with op.batch_alter_table('cohort', schema=None) as batch_op:
        batch_op.add_column(sa.Column('later_courses', sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column('track_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('starts_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('time_zone', sa.String(length=64), server_default='UTC', nullable=False))
        batch_op.add_column(sa.Column('region', sa.String(length=12), server_default='', nullable=False))
        batch_op.add_column(sa.Column('teaching_language', sa.String(length=16), server_default='en', nullable=False))
        batch_op.add_column(sa.Column('place', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('link', sa.String(length=500), server_default='', nullable=False))
        batch_op.add_column(sa.Column('childcare', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('seats', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_cohort_track_id'), ['track_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_cohort_track_id_track'), 'track', ['track_id'], ['id'])
        batch_op.create_check_constraint(
            batch_op.f('ck_cohort_seats_plausible'), 'seats IS NULL OR seats BETWEEN 1 AND 1000'
        )

    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('status', sa.String(length=16), server_default='enrolled', nullable=False))
        batch_op.create_index('ix_enrolment_cohort_standing', ['cohort_id', 'role', 'status', 'name_key'], unique=False)
        batch_op.create_check_constraint(
            batch_op.f('ck_enrolment_status_known'),
            "status IN ('enrolled', 'paused', 'deferred', 'moved', 'withdrawn', 'graduated', 'referred')",
        )

    op.execute(COORDINATORS)


def downgrade() -> None:
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_enrolment_status_known'), type_='check')
        batch_op.drop_index('ix_enrolment_cohort_standing')
        batch_op.drop_column('status')

    with op.batch_alter_table('cohort', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_cohort_track_id_track'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_cohort_seats_plausible'), type_='check')
        batch_op.drop_index(batch_op.f('ix_cohort_track_id'))
        batch_op.drop_column('seats')
        batch_op.drop_column('childcare')
        batch_op.drop_column('link')
        batch_op.drop_column('place')
        batch_op.drop_column('teaching_language')
        batch_op.drop_column('region')
        batch_op.drop_column('time_zone')
        batch_op.drop_column('starts_on')
        batch_op.drop_column('track_id')
        batch_op.drop_column('later_courses')

    with op.batch_alter_table('enrolment_event', schema=None) as batch_op:
        batch_op.drop_index('ix_enrolment_event_enrolment_at')

    op.drop_table('enrolment_event')
    with op.batch_alter_table('absence_notice', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_absence_notice_user_id'))

    op.drop_table('absence_notice')
    op.drop_table('time_slot')
    with op.batch_alter_table('lesson_date', schema=None) as batch_op:
        batch_op.drop_index('ix_lesson_date_cohort_due')

    op.drop_table('lesson_date')
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_extension_cohort_id'))

    op.drop_table('extension')
    with op.batch_alter_table('class_session', schema=None) as batch_op:
        batch_op.drop_index('ix_class_session_starts')
        batch_op.drop_index('ix_class_session_cohort_starts')

    op.drop_table('class_session')
    op.drop_table('calendar_change')
    op.drop_table('track_course')
    op.drop_table('track')
    with op.batch_alter_table('programme_staff', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_programme_staff_programme_id'))

    op.drop_table('programme_staff')
    op.drop_table('calendar_feed')
