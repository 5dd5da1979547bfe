"""What a referral says: a W3C Verifiable Credential (data model 2.0), as it is written and as it is read again.

Reading is strict: a name, list or text that is missing, of another kind or longer than it can be makes the whole
unreadable. Names that this version does not know are left out, so that a later one may say more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from lms.core.text import clean_line, clean_lines
from lms.referral.models import LONGEST_ADDRESS, LONGEST_STATEMENT, Purpose
from lms.referral.withdrawals import LENGTH, BadList, unpack

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2"]
KIND = "LearnerReferral"
LIST_KIND = "BitstringStatusListCredential"
MOST_ROWS = 400
_LONGEST_LINE = 200
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

T = TypeVar("T")


class Unclear(ValueError):
    """Signed perhaps, but not what a referral says."""


@dataclass(frozen=True, slots=True)
class Step:
    """An exercise that she has passed; `read` when a person has read and approved it as well."""

    lesson: str
    title: str
    passed_on: date
    read: bool = False


@dataclass(frozen=True, slots=True)
class CourseSteps:
    """What she has passed of one course, out of how many exercises."""

    course: str
    exercises: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """How many of a course's questions she has answered right, however often she tried."""

    course: str
    right: int
    questions: int


@dataclass(frozen=True, slots=True)
class LessonMarks:
    """What she has passed and answered right in one lesson, of how much; neither tries nor dates."""

    lesson: str
    passed: int
    exercises: int
    right: int
    questions: int


@dataclass(frozen=True, slots=True)
class CourseMarks:
    """The marks of a course as the marks book of one class has them."""

    course: str
    class_name: str
    lessons: tuple[LessonMarks, ...]


@dataclass(frozen=True, slots=True)
class AttendanceSummary:
    """How often she came to a class, and for how long in all."""

    class_name: str
    attended: int
    held: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """A course that she has finished."""

    course: str
    hours: int
    finished_on: date


@dataclass(frozen=True, slots=True)
class Content:
    """What a referral says about a person; each part is there only when she chose it."""

    name: str = ""
    courses: tuple[CourseSteps, ...] = ()
    answers: tuple[Answers, ...] = ()
    marks: tuple[CourseMarks, ...] = ()
    attendance: tuple[AttendanceSummary, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    statement: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return self == Content()


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
        "validFrom": _moment_out(terms.valid_from),
        "validUntil": _moment_out(terms.valid_until),
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
    issuer = _object(payload, "issuer")
    status, terms = _object(payload, "credentialStatus"), _object(payload, "termsOfUse")
    found = Credential(
        id=_line(payload, "id"),
        issuer=_line(issuer, "id", LONGEST_ADDRESS),
        issuer_name=_line(issuer, "name", 120),
        number=_number(status),
        terms=Terms(
            receiver=_line(terms, "receiver", LONGEST_ADDRESS),
            receiver_name=_line(terms, "receiverName", 120, needed=False),
            purpose=_purpose(terms),
            valid_from=_moment(payload, "validFrom"),
            valid_until=_moment(payload, "validUntil"),
        ),
        content=read_content(_object(payload, "credentialSubject")),
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
        "validFrom": _moment_out(now),
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
    issuer = _line(payload, "issuer", LONGEST_ADDRESS)
    subject = _object(payload, "credentialSubject")
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
    return WithdrawnList(issuer, _moment(payload, "validFrom"), packed)


def list_address(issuer: str) -> str:
    """Where a school publishes what is withdrawn."""
    return f"{issuer}/.well-known/passerelle-withdrawn"


def write_content(content: Content) -> dict[str, Any]:
    """What it says about her, in JSON; what she did not choose is not there at all."""
    return {"type": "Learner"} | {
        name: _plain(value) for name, value in asdict(content).items() if getattr(content, name)
    }


def read_content(subject: Mapping[str, Any]) -> Content:
    """The same from JSON; Unclear when a part is not what it should be."""
    return Content(
        name=_line(subject, "name", 60, needed=False),
        courses=_rows(subject, "courses", _course),
        answers=_rows(
            subject,
            "answers",
            lambda row: Answers(_line(row, "course"), _count(row, "right"), _count(row, "questions")),
        ),
        marks=_rows(subject, "marks", _marks),
        attendance=_rows(
            subject,
            "attendance",
            lambda row: AttendanceSummary(
                _line(row, "class_name"), _count(row, "attended"), _count(row, "held"), _count(row, "minutes")
            ),
        ),
        certificates=_rows(
            subject,
            "certificates",
            lambda row: Certificate(_line(row, "course"), _count(row, "hours"), _day(row, "finished_on")),
        ),
        statement=_text(subject, "statement"),
    )


def _course(row: Mapping[str, Any]) -> CourseSteps:
    return CourseSteps(
        _line(row, "course"),
        _count(row, "exercises"),
        _rows(
            row,
            "steps",
            lambda step: Step(
                _line(step, "lesson", needed=False),
                _line(step, "title"),
                _day(step, "passed_on"),
                step.get("read") is True,
            ),
        ),
    )


def _marks(row: Mapping[str, Any]) -> CourseMarks:
    return CourseMarks(
        _line(row, "course"),
        _line(row, "class_name"),
        _rows(
            row,
            "lessons",
            lambda one: LessonMarks(
                _line(one, "lesson"),
                _count(one, "passed"),
                _count(one, "exercises"),
                _count(one, "right"),
                _count(one, "questions"),
            ),
        ),
    )


def _check_frame(payload: Mapping[str, Any], kind: str) -> None:
    contexts, kinds = payload.get("@context"), payload.get("type")
    if not isinstance(contexts, list) or not contexts or contexts[0] != CONTEXT[0]:
        raise Unclear("not a credential of this data model")
    if not isinstance(kinds, list) or not {"VerifiableCredential", kind} <= {
        k for k in kinds if isinstance(k, str)
    }:
        raise Unclear("another kind of credential")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _object(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = source.get(name)
    if not isinstance(found, dict):
        raise Unclear(f"{name} is missing")
    return found


def _rows(source: Mapping[str, Any], name: str, read_row: Callable[[Mapping[str, Any]], T]) -> tuple[T, ...]:
    found = source.get(name, [])
    if (
        not isinstance(found, list)
        or len(found) > MOST_ROWS
        or not all(isinstance(row, dict) for row in found)
    ):
        raise Unclear(f"{name} is no list of parts")
    return tuple(read_row(row) for row in found)


def _line(source: Mapping[str, Any], name: str, longest: int = _LONGEST_LINE, *, needed: bool = True) -> str:
    found = source.get(name, "")
    if not isinstance(found, str) or len(found) > longest:
        raise Unclear(f"{name} is no line")
    clean = clean_line(found)
    if needed and not clean:
        raise Unclear(f"{name} is missing")
    return clean


def _text(source: Mapping[str, Any], name: str) -> str:
    found = source.get(name, "")
    if not isinstance(found, str) or len(found) > LONGEST_STATEMENT:
        raise Unclear(f"{name} is no text")
    return clean_lines(found)


def _count(source: Mapping[str, Any], name: str) -> int:
    found = source.get(name)
    if type(found) is not int or not 0 <= found <= 1_000_000:
        raise Unclear(f"{name} is no number")
    return found


def _day(source: Mapping[str, Any], name: str) -> date:
    found = source.get(name)
    if not isinstance(found, str) or len(found) != 10:
        raise Unclear(f"{name} is no day")
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise Unclear(f"{name} is no day") from error


def _moment(source: Mapping[str, Any], name: str) -> datetime:
    found = source.get(name)
    if not isinstance(found, str) or not _MOMENT.fullmatch(found):
        raise Unclear(f"{name} is no moment")
    try:
        return datetime.strptime(found, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Unclear(f"{name} is no moment") from error


def _moment_out(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
