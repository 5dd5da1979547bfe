"""Who wrote a translated text that waits for a review, and who translates the interface.

Revision ID: 0017
Revises: 0020
Create Date: 2026-11-28 07:40:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import lms.core.db

revision = '0017'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('text_author',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_text_author_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_author')),
    sa.UniqueConstraint('digest', 'user_id', name=op.f('uq_text_author_digest_user_id'))
    )
    op.create_index(op.f('ix_text_author_user_id'), 'text_author', ['user_id'], unique=False)
    op.create_table('interface_person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('created_at', lms.core.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('translator', 'reviewer')", name=op.f('ck_interface_person_role_known')),
    sa.CheckConstraint("language <> ''", name=op.f('ck_interface_person_language_given')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_interface_person_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interface_person')),
    sa.UniqueConstraint('user_id', 'language', name=op.f('uq_interface_person_user_id_language'))
    )


def downgrade() -> None:
    op.drop_table('interface_person')
    op.drop_index(op.f('ix_text_author_user_id'), table_name='text_author')
    op.drop_table('text_author')
