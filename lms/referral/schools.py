"""Schools whose signature counts in a programme: trusted by a person who compared their keys, never by a download."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import Programme, User
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError
from lms.core.text import clean_line, fold_digits
from lms.referral.checking import SKEW, read_signed_list
from lms.referral.envelope import BadKeys, PublicKey, read_keys
from lms.referral.models import (
    LONGEST_ADDRESS,
    WITH_CONTENT,
    ImportStatus,
    ReferralImport,
    SchoolTrust,
    TrustedSchool,
)
from lms.referral.refusals import Refused, Why
from lms.referral.services import emptied
from lms.referral.sites import site_address
from lms.referral.withdrawals import is_withdrawn, unpack

MOST_SCHOOLS = 200
FINGERPRINT_LENGTH = 32
_SITE = r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?"
_RECEIVER = re.compile(rf"({_SITE})/programmes/[a-z0-9]+(-[a-z0-9]+)*")


class NotASchool(PasserelleError):
    """The address is not one that a school signs with."""

    status = 422
    code = "not_a_school"
    sentence = lazy_gettext(
        "Write the address that the other school gave you, for example https://school.example/programmes/bootcamp."
    )


class OwnSite(PasserelleError):
    """This very site."""

    status = 422
    code = "own_site"
    sentence = lazy_gettext("This is the address of this site. Its own programmes trust one another already.")


class KeysUnreadable(PasserelleError):
    """What was pasted is no set of public keys."""

    status = 422
    code = "keys_unreadable"
    sentence = lazy_gettext(
        "These are not the public keys of a school. Open the page of its keys, and copy all of the text from there."
    )


class FingerprintDiffers(PasserelleError):
    """The keys are not those that the other school read out."""

    status = 422
    code = "fingerprint_differs"
    sentence = lazy_gettext(
        "The fingerprint does not fit these keys. Call the school and let a person read it to you. "
        "If it still differs, do not trust these keys."
    )


def fingerprint(keys: Sequence[PublicKey]) -> str:
    """Eight groups of four signs over all of a school's keys, to be read out: a key more or less changes all of it."""
    together = "\n".join(sorted(key.id for key in keys))
    found = hashlib.sha256(together.encode("ascii")).hexdigest()[:FINGERPRINT_LENGTH]
    return " ".join(found[start : start + 4] for start in range(0, FINGERPRINT_LENGTH, 4))


def trust(
    programme: Programme, person: User, *, name: str, address: str, keys_text: str, told: str
) -> TrustedSchool:
    """Let a school's signature count, or take its new keys; `told` is the fingerprint as the school told it."""
    receiver = tidy_address(address)
    issuer = site_of(receiver)
    if issuer == site_address():
        raise OwnSite
    try:
        keys = read_keys(keys_text)
    except BadKeys as error:
        raise KeysUnreadable from error
    if tidy_fingerprint(told) != tidy_fingerprint(fingerprint(keys)):
        raise FingerprintDiffers
    school = db.session.scalar(
        select(TrustedSchool).where(
            TrustedSchool.programme_id == programme.id, TrustedSchool.issuer == issuer
        )
    ) or TrustedSchool(programme_id=programme.id, issuer=issuer)
    school.receiver = receiver
    school.name = clean_line(name)[:120]
    school.keys = [key.as_jwk() for key in keys]
    try:
        with db.session.begin_nested():
            db.session.add(school)
    except IntegrityError as error:
        raise Conflict from error
    db.session.add(SchoolTrust(school_id=school.id, user_id=person.id, key_ids=[key.id for key in keys]))
    db.session.flush()
    return school


def forget(school: TrustedSchool) -> None:
    """Its signature counts no more. What people have confirmed already stays theirs to withdraw."""
    db.session.delete(school)
    db.session.flush()


def take_list(school: TrustedSchool, text: str, now: datetime | None = None) -> int:
    """Learn what a school has withdrawn, from its signed list; how many imports here ended by it."""
    found = read_signed_list(text, keys_of(school), school.issuer)
    if found.as_of > (now or utcnow()) + SKEW:
        raise Refused(Why.NOT_YET)
    changed = changed_rows(
        update(TrustedSchool)
        .where(
            TrustedSchool.id == school.id,
            (TrustedSchool.withdrawn_as_of.is_(None)) | (TrustedSchool.withdrawn_as_of <= found.as_of),
        )
        .values(withdrawn_list=found.packed, withdrawn_as_of=found.as_of)
    )
    if not changed:
        raise Refused(Why.OLD_LIST)
    return _end_withdrawn(school, unpack(found.packed))


def schools_of(programme: Programme) -> list[TrustedSchool]:
    """The schools that a programme trusts, by name."""
    found = db.session.scalars(
        select(TrustedSchool)
        .where(TrustedSchool.programme_id == programme.id)
        .order_by(TrustedSchool.name, TrustedSchool.id)
        .limit(MOST_SCHOOLS)
    )
    return list(found)


def last_trust(schools: Sequence[TrustedSchool]) -> dict[int, SchoolTrust]:
    """Who compared a school's keys last, by the school's id."""
    found = db.session.scalars(
        select(SchoolTrust)
        .where(SchoolTrust.school_id.in_([school.id for school in schools]))
        .options(joinedload(SchoolTrust.user))
        .order_by(SchoolTrust.id)
    )
    return {one.school_id: one for one in found}


def keys_of(school: TrustedSchool) -> list[PublicKey]:
    """The keys that were compared."""
    return [PublicKey(key["x"]) for key in school.keys]


def tidy_address(address: str) -> str:
    """A receiving programme's address in its one spelling. It is compared, never fetched."""
    tidy = clean_line(address).lower().rstrip("/")
    if len(tidy) > LONGEST_ADDRESS or not _RECEIVER.fullmatch(tidy):
        raise NotASchool
    return tidy


def site_of(receiver: str) -> str:
    """The site of a programme's address: what the school signs with."""
    found = _RECEIVER.fullmatch(receiver)
    if found is None:
        raise NotASchool
    return found[1]


def tidy_fingerprint(text: str) -> str:
    """A fingerprint as it is compared: in the digits of any script, with whatever stands between them."""
    return "".join(char for char in fold_digits(text).lower() if char in "0123456789abcdef")


def _end_withdrawn(school: TrustedSchool, bits: bytes) -> int:
    candidates = db.session.execute(
        select(ReferralImport.id, ReferralImport.status_index).where(
            ReferralImport.school_id == school.id, ReferralImport.status.in_(WITH_CONTENT)
        )
    )
    ended = [number for number, index in candidates if is_withdrawn(bits, index)]
    for start in range(0, len(ended), 500):
        changed_rows(
            update(ReferralImport)
            .where(ReferralImport.id.in_(ended[start : start + 500]))
            .values(emptied(ImportStatus.WITHDRAWN))
        )
    return len(ended)
