"""Who may see which referral: the person hers, coordinators what she confirmed, others what she gave a code for."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.access import current_person
from lms.accounts.models import Programme
from lms.accounts.security import hash_token
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.core.text import fold_digits
from lms.referral.evidence import programmes_of
from lms.referral.models import (
    ImportStatus,
    Referral,
    ReferralImport,
    ReferralStatus,
    TrustedSchool,
)

CODE_LIMIT = 40


def access_own_referral(public_id: str) -> Referral:
    """A referral of the person who asks."""
    referral = db.session.scalar(
        select(Referral)
        .where(Referral.public_id == public_id, Referral.user_id == current_person().id)
        .options(joinedload(Referral.programme), joinedload(Referral.author))
    )
    if referral is None:
        raise NotFound
    return referral


def access_signed(public_id: str) -> Referral:
    """A referral of hers that is signed and valid."""
    referral = access_own_referral(public_id)
    if not referral.is_signed or referral.valid_until is None or referral.valid_until <= utcnow():
        raise NotFound
    return referral


def access_my_programme(slug: str) -> Programme:
    """A programme that she learns or has learnt in: it can sign for her, and she can bring a referral to it."""
    found = next((one for one in programmes_of(current_person()) if one.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def access_about_me(public_id: str) -> ReferralImport:
    """Something that came here about the person who asks."""
    imported = db.session.scalar(
        select(ReferralImport)
        .where(ReferralImport.public_id == public_id, ReferralImport.user_id == current_person().id)
        .options(
            joinedload(ReferralImport.programme),
            joinedload(ReferralImport.school),
            joinedload(ReferralImport.author),
        )
    )
    if imported is None:
        raise NotFound
    return imported


def access_claim(code: str) -> ReferralImport | None:
    """What waits for whoever holds this code on paper; None when nothing does."""
    tidy = tidy_code(code)
    if not tidy:
        return None
    return db.session.scalar(
        select(ReferralImport)
        .where(
            ReferralImport.claim_hash == hash_token(tidy),
            ReferralImport.status == ImportStatus.WAITING,
            ReferralImport.erase_at > utcnow(),
        )
        .options(joinedload(ReferralImport.programme), joinedload(ReferralImport.school))
    )


def access_import(programme: Programme, public_id: str) -> ReferralImport:
    """Something that came to a programme; `programme` comes from `access_programme`."""
    imported = db.session.scalar(
        select(ReferralImport)
        .where(ReferralImport.public_id == public_id, ReferralImport.programme_id == programme.id)
        .options(
            joinedload(ReferralImport.user),
            joinedload(ReferralImport.author),
            joinedload(ReferralImport.school),
            joinedload(ReferralImport.programme),
        )
    )
    if imported is None:
        raise NotFound
    return imported


def access_school(programme: Programme, public_id: str) -> TrustedSchool:
    """A school that a programme trusts; `programme` comes from `access_programme`."""
    school = db.session.scalar(
        select(TrustedSchool).where(
            TrustedSchool.public_id == public_id, TrustedSchool.programme_id == programme.id
        )
    )
    if school is None:
        raise NotFound
    return school


def access_page(code: str) -> Referral:
    """What anybody with this code may verify."""
    tidy = tidy_code(code)
    referral = (
        db.session.scalar(
            select(Referral)
            .where(
                Referral.page_hash == hash_token(tidy),
                Referral.status == ReferralStatus.SIGNED,
                Referral.valid_until > utcnow(),
            )
            .options(joinedload(Referral.programme))
        )
        if tidy
        else None
    )
    if referral is None:
        raise NotFound
    return referral


def other_programmes(programme: Programme | None) -> list[Programme]:
    """The other programmes of this site, by name: she can go on there as well."""
    query = select(Programme).order_by(Programme.name).limit(50)
    if programme is not None:
        query = query.where(Programme.id != programme.id)
    return list(db.session.scalars(query))


def tidy_code(code: str) -> str:
    """A code as it is compared, however it was copied."""
    return "".join(char for char in fold_digits(code[:CODE_LIMIT]).upper() if char.isalnum())
