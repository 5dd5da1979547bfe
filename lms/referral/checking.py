"""Whether a package counts: who signed it, when, for whom, what for, and whether it was withdrawn. No database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lms.referral import credential, envelope
from lms.referral.credential import Credential, WithdrawnList
from lms.referral.envelope import Envelope, PublicKey
from lms.referral.models import Purpose
from lms.referral.refusals import Refused, Why
from lms.referral.strict import Unclear

SKEW = timedelta(minutes=5)
"""What two clocks may differ."""


def read_signed(package: Envelope, keys: Sequence[PublicKey]) -> Credential:
    """What a package says that one of these keys has signed: those of the school that it names."""
    envelope.verify(package, keys)
    try:
        return credential.read(package.payload)
    except Unclear as error:
        raise Refused(Why.DAMAGED) from error


def check_time(found: Credential, now: datetime) -> None:
    """Refused before its time and after it."""
    if found.terms.valid_from > now + SKEW:
        raise Refused(Why.NOT_YET)
    if found.terms.valid_until <= now:
        raise Refused(Why.EXPIRED)


def check_receiver(found: Credential, receiver: str, purpose: Purpose) -> None:
    """Refused when it was given to somebody else, or for something else."""
    if found.terms.receiver != receiver:
        raise Refused(Why.WRONG_RECEIVER)
    if found.terms.purpose != purpose:
        raise Refused(Why.WRONG_PURPOSE)


def read_signed_list(text: str, keys: Sequence[PublicKey], issuer: str) -> WithdrawnList:
    """A school's list of what is withdrawn, signed by one of its keys."""
    package = envelope.read(text)
    envelope.verify(package, keys)
    try:
        found = credential.read_list(package.payload)
    except Unclear as error:
        raise Refused(Why.DAMAGED) from error
    if found.issuer != issuer:
        raise Refused(Why.UNKNOWN_SCHOOL)
    return found
