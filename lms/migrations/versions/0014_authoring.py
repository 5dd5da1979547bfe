"""Courses that are written here, and the versions at which classes are held.

Revision ID: 0014
Revises: 0004
Create Date: 2026-11-28 07:00:03
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0014'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('proven_exercise',
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('repeat', sa.Integer(), nullable=False),
    sa.Column('image', sa.String(length=255), nullable=False),
    sa.Column('proven_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_proven_exercise'))
    )
    op.create_table('authored_course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('remote_url', sa.String(length=500), nullable=False),
    sa.Column('remote_branch', sa.String(length=100), nullable=False),
    sa.Column('synced_at', lms.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('sync_fault', sa.String(length=500), nullable=False),
    sa.CheckConstraint("slug <> ''", name=op.f('ck_authored_course_slug_given')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_authored_course_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_authored_course_programme_id_programme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authored_course')),
    sa.UniqueConstraint('public_id', name=op.f('uq_authored_course_public_id')),
    sa.UniqueConstraint('slug', name=op.f('uq_authored_course_slug'))
    )
    with op.batch_alter_table('authored_course', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_authored_course_programme_id'), ['programme_id'], unique=False)

    op.create_table('author_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=24), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('commit', sa.String(length=40), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', lms.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', lms.core.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'running') = (token IS NOT NULL)", name=op.f('ck_author_run_running_has_token')),
    sa.CheckConstraint("kind IN ('try', 'publish')", name=op.f('ck_author_run_kind_known')),
    sa.CheckConstraint("status IN ('waiting', 'running', 'done', 'failed')", name=op.f('ck_author_run_status_known')),
    sa.CheckConstraint('(token IS NULL) = (lease_until IS NULL)', name=op.f('ck_author_run_token_has_lease')),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_author_run_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['course_id'], ['authored_course.id'], name=op.f('fk_author_run_course_id_authored_course'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_author_run')),
    sa.UniqueConstraint('public_id', name=op.f('uq_author_run_public_id'))
    )
    with op.batch_alter_table('author_run', schema=None) as batch_op:
        batch_op.create_index('ix_author_run_course', ['course_id', 'kind', 'path', 'id'], unique=False)
        batch_op.create_index('ix_author_run_open', ['created_at'], unique=False, sqlite_where=sa.text("status IN ('waiting', 'running')"), postgresql_where=sa.text("status IN ('waiting', 'running')"))

    op.create_table('course_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('package', sa.LargeBinary(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['authored_course.id'], name=op.f('fk_course_import_course_id_authored_course'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_course_import_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_import')),
    sa.UniqueConstraint('public_id', name=op.f('uq_course_import_public_id'))
    )
    with op.batch_alter_table('course_import', schema=None) as batch_op:
        batch_op.create_index('ix_course_import_created_at', ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_import_user_id'), ['user_id'], unique=False)

    op.create_table('course_person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(role = 'author') = (language = '')", name=op.f('ck_course_person_language_of_translators')),
    sa.CheckConstraint("role IN ('author', 'translator', 'reviewer')", name=op.f('ck_course_person_role_known')),
    sa.ForeignKeyConstraint(['course_id'], ['authored_course.id'], name=op.f('fk_course_person_course_id_authored_course'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_course_person_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_person')),
    sa.UniqueConstraint('course_id', 'user_id', 'role', 'language', name=op.f('uq_course_person_course_id_user_id_role_language'))
    )
    with op.batch_alter_table('course_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_person_user_id'), ['user_id'], unique=False)

    op.create_table('course_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=64), nullable=False),
    sa.Column('commit', sa.String(length=40), nullable=False),
    sa.Column('tree', sa.String(length=64), nullable=False),
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('package', sa.LargeBinary(), nullable=False),
    sa.Column('published_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_course_version_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['course_id'], ['authored_course.id'], name=op.f('fk_course_version_course_id_authored_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_version')),
    sa.UniqueConstraint('course_id', 'commit', name=op.f('uq_course_version_course_id_commit'))
    )
    with op.batch_alter_table('course_version', schema=None) as batch_op:
        batch_op.create_index('ix_course_version_slug_published', ['slug', 'published_at', 'id'], unique=False)

    op.add_column('cohort', sa.Column('course_pins', sa.JSON(), server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    op.drop_column('cohort', 'course_pins')
    with op.batch_alter_table('course_version', schema=None) as batch_op:
        batch_op.drop_index('ix_course_version_slug_published')

    op.drop_table('course_version')
    with op.batch_alter_table('course_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_person_user_id'))

    op.drop_table('course_person')
    with op.batch_alter_table('course_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_import_user_id'))
        batch_op.drop_index('ix_course_import_created_at')

    op.drop_table('course_import')
    with op.batch_alter_table('author_run', schema=None) as batch_op:
        batch_op.drop_index('ix_author_run_open', sqlite_where=sa.text("status IN ('waiting', 'running')"), postgresql_where=sa.text("status IN ('waiting', 'running')"))
        batch_op.drop_index('ix_author_run_course')

    op.drop_table('author_run')
    with op.batch_alter_table('authored_course', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_authored_course_programme_id'))

    op.drop_table('authored_course')
    op.drop_table('proven_exercise')
