"""What a referral says: a W3C Verifiable Credential (data model 2.0), as it is written and as it is read again.

What it says of a person is in `content`, and how strictly it is read in `strict`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.referral.content import Content, read_content, write_content
from lms.referral.models import LONGEST_ADDRESS, Purpose
from lms.referral.strict import Unclear, line_of, moment_of, moment_text, part_of
from lms.referral.withdrawals import LENGTH, BadList, unpack

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2"]
KIND = "LearnerReferral"
LIST_KIND = "BitstringStatusListCredential"
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom it is, what for, and how long it counts."""

    receiver: str
    receiver_name: str
    purpose: Purpose
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """A whole referral."""

    id: str
    issuer: str
    issuer_name: str
    number: int
    terms: Terms
    content: Content = field(default_factory=Content)


@dataclass(frozen=True, slots=True)
class WithdrawnList:
    """What a school says is withdrawn, as of a moment."""

    issuer: str
    as_of: datetime
    packed: str


def write(credential: Credential) -> dict[str, Any]:
    """The credential as it is signed."""
    terms = credential.terms
    return {
        "@context": CONTEXT,
        "id": credential.id,
        "type": ["VerifiableCredential", KIND],
        "issuer": {"id": credential.issuer, "name": credential.issuer_name},
        "validFrom": moment_text(terms.valid_from),
        "validUntil": moment_text(terms.valid_until),
        "credentialSubject": write_content(credential.content),
        "credentialStatus": {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(credential.number),
            "statusListCredential": list_address(credential.issuer),
        },
        "termsOfUse": {
            "type": "ReferralTerms",
            "purpose": terms.purpose.value,
            "receiver": terms.receiver,
            "receiverName": terms.receiver_name,
        },
        "iss": credential.issuer,
        "aud": terms.receiver,
        "jti": credential.id,
        "nbf": int(terms.valid_from.timestamp()),
        "exp": int(terms.valid_until.timestamp()),
    }


def read(payload: Mapping[str, Any]) -> Credential:
    """What a verified payload says; Unclear when it is no referral."""
    issuer = part_of(payload, "issuer")
    status, terms = part_of(payload, "credentialStatus"), part_of(payload, "termsOfUse")
    found = Credential(
        id=line_of(payload, "id"),
        issuer=line_of(issuer, "id", LONGEST_ADDRESS),
        issuer_name=line_of(issuer, "name", 120),
        number=_number(status),
        terms=Terms(
            receiver=line_of(terms, "receiver", LONGEST_ADDRESS),
            receiver_name=line_of(terms, "receiverName", 120, needed=False),
            purpose=_purpose(terms),
            valid_from=moment_of(payload, "validFrom"),
            valid_until=moment_of(payload, "validUntil"),
        ),
        content=read_content(part_of(payload, "credentialSubject")),
    )
    _check_frame(payload, KIND)
    said_twice = {
        "iss": found.issuer,
        "aud": found.terms.receiver,
        "jti": found.id,
        "nbf": int(found.terms.valid_from.timestamp()),
        "exp": int(found.terms.valid_until.timestamp()),
    }
    if any(payload.get(name) != value for name, value in said_twice.items()):
        raise Unclear("it says two things")
    if not _UUID.fullmatch(found.id) or found.terms.valid_until <= found.terms.valid_from:
        raise Unclear("no id, or no time")
    return found


def issuer_of(payload: Mapping[str, Any]) -> str:
    """Which school an unverified payload says it is from; empty when it says none."""
    said = payload.get("iss")
    return said if isinstance(said, str) and len(said) <= LONGEST_ADDRESS else ""


def write_list(issuer: str, packed: str, now: datetime) -> dict[str, Any]:
    """The list of what is withdrawn, as it is signed."""
    return {
        "@context": CONTEXT[:1],
        "id": list_address(issuer),
        "type": ["VerifiableCredential", LIST_KIND],
        "issuer": issuer,
        "validFrom": moment_text(now),
        "credentialSubject": {
            "id": f"{list_address(issuer)}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": packed,
        },
        "iss": issuer,
    }


def read_list(payload: Mapping[str, Any]) -> WithdrawnList:
    """What a verified list says; Unclear when it is none."""
    _check_frame(payload, LIST_KIND)
    issuer = line_of(payload, "issuer", LONGEST_ADDRESS)
    subject = part_of(payload, "credentialSubject")
    packed = subject.get("encodedList")
    if (
        payload.get("iss") != issuer
        or subject.get("statusPurpose") != "revocation"
        or not isinstance(packed, str)
    ):
        raise Unclear("no list of what is withdrawn")
    try:
        unpack(packed)
    except BadList as error:
        raise Unclear(str(error)) from error
    return WithdrawnList(issuer, moment_of(payload, "validFrom"), packed)


def list_address(issuer: str) -> str:
    """Where a school publishes what is withdrawn."""
    return f"{issuer}/.well-known/passerelle-withdrawn"


def _check_frame(payload: Mapping[str, Any], kind: str) -> None:
    contexts, kinds = payload.get("@context"), payload.get("type")
    if not isinstance(contexts, list) or not contexts or contexts[0] != CONTEXT[0]:
        raise Unclear("not a credential of this data model")
    if not isinstance(kinds, list) or not {"VerifiableCredential", kind} <= {
        k for k in kinds if isinstance(k, str)
    }:
        raise Unclear("another kind of credential")


def _purpose(terms: Mapping[str, Any]) -> Purpose:
    found = terms.get("purpose")
    if not isinstance(found, str) or found not in set(Purpose):
        raise Unclear("no purpose that is known")
    return Purpose(found)


def _number(status: Mapping[str, Any]) -> int:
    """The place in the list of what is withdrawn; a credential that cannot be withdrawn is not taken."""
    found = status.get("statusListIndex")
    if not isinstance(found, str) or not found.isascii() or not found.isdecimal() or len(found) > 6:
        raise Unclear("no place in the list of what is withdrawn")
    if int(found) >= LENGTH or status.get("statusPurpose") != "revocation":
        raise Unclear("no place in the list of what is withdrawn")
    return int(found)
