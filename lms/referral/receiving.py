"""Referrals that come in: verified, confirmed by the person whom they are about, read, and erased in time.

Functions flush and raise; views commit. Nothing here asks another machine for anything.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Select, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import CODE_ALPHABET, Programme, User
from lms.accounts.security import hash_token
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict
from lms.referral import checking, credential, envelope
from lms.referral.content import Content, read_content, write_content
from lms.referral.credential import Credential
from lms.referral.envelope import Envelope, PublicKey
from lms.referral.keys import published_keys
from lms.referral.models import (
    WITH_CONTENT,
    ImportStatus,
    Purpose,
    Referral,
    ReferralImport,
    ReferralReading,
    ReferralUse,
    TrustedSchool,
)
from lms.referral.refusals import Refused, Why
from lms.referral.services import emptied, stands_behind
from lms.referral.sites import programme_address, site_address
from lms.referral.withdrawals import is_withdrawn, unpack

UNCONFIRMED = timedelta(days=30)
ONE_READING = timedelta(minutes=10)
"""Opening the page again so soon is the same reading."""
CLAIM_LENGTH = 12
MOST_READINGS = 100
MOST_IMPORTS = 100


def bring(
    text: str,
    programme: Programme,
    purpose: Purpose,
    author: User,
    *,
    about: User | None = None,
    now: datetime | None = None,
) -> ReferralImport:
    """Verify a package and keep it until the person confirms it; Refused with the first reason against it.

    `about` is the person herself, when she brings it.
    """
    now = now or utcnow()
    package = envelope.read(text)
    issuer = credential.issuer_of(package.payload)
    school = school_of(programme, issuer)
    found = _read_verified(package, school)
    checking.check_time(found, now)
    checking.check_receiver(found, programme_address(programme), purpose)
    if is_number_withdrawn(school, found.number):
        raise Refused(Why.WITHDRAWN)
    _use_up(programme, found)
    imported = ReferralImport(
        programme_id=programme.id,
        school_id=school.id if school is not None else None,
        referral_id=None if school is not None else _own_referral_id(found),
        user_id=about.id if about is not None else None,
        author_id=author.id,
        issuer=found.issuer,
        issuer_name=found.issuer_name if school is None else school.name,
        purpose=purpose,
        token=package.token,
        content=write_content(found.content),
        status_index=found.number,
        valid_until=found.terms.valid_until,
        imported_at=now,
        erase_at=min(now + UNCONFIRMED, found.terms.valid_until),
    )
    db.session.add(imported)
    db.session.flush()
    return imported


def new_claim_code(imported: ReferralImport) -> str:
    """The code for the paper by which the person finds it; one that was handed out before stops working."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CLAIM_LENGTH))
    changed = changed_rows(
        update(ReferralImport)
        .where(
            ReferralImport.id == imported.id,
            ReferralImport.status == ImportStatus.WAITING,
            ReferralImport.user_id.is_(None),
        )
        .values(claim_hash=hash_token(code))
    )
    if not changed:
        raise Conflict
    return code


def confirm(imported: ReferralImport, person: User, now: datetime | None = None) -> None:
    """She says that it is about her and that this school may use it."""
    now = now or utcnow()
    school = imported.school
    if is_number_withdrawn(school, imported.status_index, own=imported.referral_id is not None):
        end(imported, ImportStatus.WITHDRAWN)
        raise Refused(Why.WITHDRAWN)
    changed = changed_rows(
        update(ReferralImport)
        .where(
            ReferralImport.id == imported.id,
            ReferralImport.status == ImportStatus.WAITING,
            or_(ReferralImport.user_id.is_(None), ReferralImport.user_id == person.id),
            ReferralImport.erase_at > now,
        )
        .values(
            status=ImportStatus.CONFIRMED,
            user_id=person.id,
            confirmed_at=now,
            claim_hash=None,
            erase_at=ReferralImport.valid_until,
        )
    )
    if not changed:
        raise Conflict


def end(imported: ReferralImport, status: ImportStatus, person: User | None = None) -> None:
    """Erase what an import says, and keep that it was there. `person` is put beside it when she says no."""
    values = emptied(status)
    if person is not None:
        values["user_id"] = person.id
    changed_rows(
        update(ReferralImport)
        .where(ReferralImport.id == imported.id, ReferralImport.status.in_(WITH_CONTENT))
        .values(values)
    )


def note_reading(imported: ReferralImport, reader: User, now: datetime | None = None) -> None:
    """Leave a trace that the person sees."""
    now = now or utcnow()
    last = db.session.scalar(
        select(ReferralReading.at)
        .where(ReferralReading.import_id == imported.id, ReferralReading.reader_id == reader.id)
        .order_by(ReferralReading.at.desc())
        .limit(1)
    )
    if last is None or last < now - ONE_READING:
        db.session.add(ReferralReading(import_id=imported.id, reader_id=reader.id, at=now))
        db.session.flush()


def readings_of(imports: Sequence[ReferralImport]) -> dict[int, list[ReferralReading]]:
    """Who read these imports, the last first, by the import's id."""
    found = db.session.scalars(
        select(ReferralReading)
        .where(ReferralReading.import_id.in_([one.id for one in imports]))
        .options(joinedload(ReferralReading.reader))
        .order_by(ReferralReading.at.desc(), ReferralReading.id.desc())
        .limit(MOST_READINGS)
    )
    by_import: dict[int, list[ReferralReading]] = {}
    for reading in found:
        by_import.setdefault(reading.import_id, []).append(reading)
    return by_import


def imports_about(person: User) -> list[ReferralImport]:
    """What came here about a person who has shown herself, the newest first."""
    found = db.session.scalars(
        select(ReferralImport)
        .where(ReferralImport.user_id == person.id)
        .options(joinedload(ReferralImport.programme))
        .order_by(ReferralImport.id.desc())
        .limit(MOST_IMPORTS)
    )
    return list(found)


def imports_of(programme: Programme) -> Select[ReferralImport]:
    """What came to a programme, the newest first. A query, to be paged."""
    return (
        select(ReferralImport)
        .where(ReferralImport.programme_id == programme.id)
        .options(joinedload(ReferralImport.user), joinedload(ReferralImport.author))
        .order_by(ReferralImport.id.desc())
    )


def content_of(imported: ReferralImport) -> Content:
    """What it says, for showing."""
    return read_content(imported.content)


def school_of(programme: Programme, issuer: str) -> TrustedSchool | None:
    """The school that a programme trusts under this address; None for this site itself. Refused for a stranger."""
    if issuer == site_address():
        return None
    school = db.session.scalar(
        select(TrustedSchool).where(
            TrustedSchool.programme_id == programme.id, TrustedSchool.issuer == issuer
        )
    )
    if school is None:
        raise Refused(Why.UNKNOWN_SCHOOL)
    return school


def is_number_withdrawn(school: TrustedSchool | None, number: int, *, own: bool = True) -> bool:
    """Whether this is withdrawn, as far as is known here: of this site at once, of others by their last list."""
    if school is not None:
        return bool(school.withdrawn_list) and is_withdrawn(unpack(school.withdrawn_list), number)
    return own and not stands_behind(number)


def _read_verified(package: Envelope, school: TrustedSchool | None) -> Credential:
    keys = (
        published_keys(current_app.config["INSTANCE_DIR"])
        if school is None
        else [PublicKey(key["x"]) for key in school.keys]
    )
    return checking.read_signed(package, keys)


def _use_up(programme: Programme, found: Credential) -> None:
    """Each referral counts once with each receiver. The table decides, also between two at once."""
    key = hashlib.sha256(f"{programme.id}\n{found.issuer}\n{found.id}".encode()).hexdigest()
    try:
        with db.session.begin_nested():
            db.session.add(
                ReferralUse(key_hash=key, programme_id=programme.id, expires_at=found.terms.valid_until)
            )
    except IntegrityError as error:
        raise Refused(Why.USED) from error


def _own_referral_id(found: Credential) -> int | None:
    return db.session.scalar(select(Referral.id).where(Referral.jti == found.id))
