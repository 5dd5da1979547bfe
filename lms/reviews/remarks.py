"""Remarks that are used again: a person's own, and those shared in a programme."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Programme, User
from lms.core.db import db
from lms.core.text import clean_lines
from lms.reviews.models import LONGEST_REMARK, Remark
from lms.reviews.services import TooLong

MOST_REMARKS = 200


def remarks_for(person: User, programme_ids: list[int]) -> list[Remark]:
    """Her own remarks and those of these programmes, by their words."""
    found = db.session.scalars(
        select(Remark)
        .where(or_(Remark.user_id == person.id, Remark.programme_id.in_(programme_ids)))
        .order_by(Remark.text, Remark.id)
        .limit(MOST_REMARKS)
    )
    return list(found)


def add_remark(text: str, *, owner: User | Programme) -> Remark | None:
    """Keep a remark; one that is there already is not kept twice. None when there is nothing to keep."""
    text = clean_lines(text)
    if not text:
        return None
    if len(text) > LONGEST_REMARK:
        raise TooLong
    key = "user_id" if isinstance(owner, User) else "programme_id"
    same = select(Remark).filter_by(**{key: owner.id, "text": text})
    known = db.session.scalar(same)
    if known is not None:
        return known
    remark = Remark(**{key: owner.id}, text=text)
    try:
        with db.session.begin_nested():
            db.session.add(remark)
    except IntegrityError:  # the same click twice
        return db.session.scalars(same).one()
    return remark


def remove_remark(remark: Remark) -> None:
    """Forget a remark; comments that were made from it stay."""
    db.session.delete(remark)
    db.session.flush()
