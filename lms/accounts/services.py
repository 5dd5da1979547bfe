"""What can be done with people and classes. Functions flush and raise; views commit."""

from __future__ import annotations

import secrets

from flask_babel import gettext
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import (
    CODE_ALPHABET,
    HERE,
    LONGEST_NAME,
    Cohort,
    Enrolment,
    EnrolmentStatus,
    FormerCode,
    Programme,
    ProgrammeStaff,
    Role,
    User,
    new_join_code,
)
from lms.accounts.secrets import check_strength, random_pin, set_secret
from lms.accounts.security import end_all_sessions, hash_token
from lms.accounts.throttle import forget_person
from lms.core.db import db
from lms.core.errors import PasserelleError
from lms.core.text import clean_line, fold_digits, fold_name

# What people write for a character that the alphabet leaves out on purpose is no code at all; what they write
# between the characters is.
_BETWEEN = str.maketrans("", "", " -_.\u200e\u200f")


class NameNotUsable(PasserelleError):
    """The name is empty or taken; the sentence says which."""

    code = "name_not_usable"


class WrongCode(PasserelleError):
    """No open class has this code."""

    code = "wrong_code"


class ClassFull(WrongCode):
    """Somebody else has taken the last seat."""

    code = "class_full"


def tidy_code(code: str) -> str:
    """A class code as it is stored: capitals, Latin digits, nothing between."""
    return fold_digits(code).translate(_BETWEEN).upper()[:16]


def open_cohort(code: str) -> Cohort:
    """The class that can be joined with this code."""
    tidy = tidy_code(code)
    cohort = db.session.scalar(select(Cohort).where(Cohort.join_code == tidy)) if _could_be(tidy) else None
    if cohort is None or not cohort.join_open:
        raise WrongCode(gettext("No class can be joined with this code. Check it with your teacher."))
    if cohort.seats is not None and seats_taken(cohort) >= cohort.seats:
        raise _full()
    return cohort


def seats_taken(cohort: Cohort) -> int:
    """How many students hold a seat of this class."""
    found = db.session.scalar(
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT, Enrolment.status.in_(HERE))
    )
    return found or 0


def take_seat(cohort: Cohort) -> None:
    """Make sure of a seat for a student who is about to come in; raises ClassFull when none is free.

    Whoever comes at the same moment waits for this row, and counts when this transaction has ended: writing it
    takes SQLite's write lock and PostgreSQL's lock of the row.
    """
    if cohort.seats is None:
        return
    seats = db.session.scalar(
        update(Cohort)
        .where(Cohort.id == cohort.id)
        .values(seats=Cohort.seats)
        .returning(Cohort.seats)
        .execution_options(synchronize_session=False)
    )
    if seats is not None and seats_taken(cohort) >= seats:
        raise _full()


def join(cohort: Cohort, name: str, secret: str, language: str | None = None) -> User:
    """A new person in this class, as a student."""
    name = usable_name(name)
    check_strength(secret, name)
    user = User(name=name, language=language)
    set_secret(user, secret)
    db.session.add(user)
    db.session.flush()
    enrol(user, cohort)
    return user


def enrol(user: User, cohort: Cohort, role: Role = Role.STUDENT) -> Enrolment:
    """Put someone into a class under the name she goes by; nothing changes when she is in it.

    A student takes a seat: ClassFull when there is none.
    """
    known = db.session.scalar(select(Enrolment).filter_by(user_id=user.id, cohort_id=cohort.id))
    if known is not None:
        return known
    if role == Role.STUDENT:
        take_seat(cohort)
    enrolment = Enrolment(user_id=user.id, cohort_id=cohort.id, role=role, name_key=fold_name(user.name))
    try:
        with db.session.begin_nested():
            db.session.add(enrolment)
    except IntegrityError as error:
        raise _name_taken() from error
    return enrolment


def appoint(user: User, programme: Programme) -> None:
    """Let this person coordinate a programme; nothing changes when she does."""
    known = select(ProgrammeStaff.id).where(
        ProgrammeStaff.user_id == user.id, ProgrammeStaff.programme_id == programme.id
    )
    if db.session.scalar(known) is None:
        db.session.add(ProgrammeStaff(user_id=user.id, programme_id=programme.id))
        db.session.flush()


def change_role(enrolment: Enrolment, role: Role) -> None:
    """Make a student of a class its teacher, or the other way round."""
    enrolment.role = role
    enrolment.status = EnrolmentStatus.ENROLLED
    db.session.flush()


def rename(user: User, name: str) -> None:
    """Call this person something else, in all her classes."""
    name = usable_name(name)
    enrolments = list(user.enrolments)
    try:
        with db.session.begin_nested():
            user.name = name
            for enrolment in enrolments:
                enrolment.name_key = fold_name(name)
    except IntegrityError as error:
        raise _name_taken() from error


def usable_name(name: str) -> str:
    """The name on one clean line; raises when nothing is left of it or it is too long."""
    clean = clean_line(name)
    if not fold_name(clean):
        raise NameNotUsable(gettext("Write a name with at least one letter."))
    if len(clean) > LONGEST_NAME:
        raise NameNotUsable(gettext("This name is too long. Use at most 60 characters."))
    return clean


def find_person(code: str, name: str) -> User | None:
    """The person with this name in the class with this code, or with this e-mail address."""
    if "@" in name:
        return db.session.scalar(select(User).where(User.email == name.strip().lower()))
    tidy = tidy_code(code)
    return db.session.scalar(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(FormerCode, (FormerCode.cohort_id == Cohort.id) & (FormerCode.code == tidy))
        .where((Cohort.join_code == tidy) | (FormerCode.code == tidy), Enrolment.name_key == fold_name(name))
    )


def find_by_card(token: str) -> User | None:
    """The person whose printed card carries this token."""
    return db.session.scalar(select(User).where(User.card_hash == hash_token(token), User.active))


def find_by_public_id(public_id: str) -> User | None:
    """The person with this public id."""
    return db.session.scalar(select(User).where(User.public_id == public_id, User.active))


def change_secret(user: User, secret: str) -> None:
    """Take a new passphrase or PIN from its owner; every other session of hers ends."""
    check_strength(secret, user.name)
    set_secret(user, secret)
    end_all_sessions(user)


def reset_secret(user: User) -> str:
    """Make up a new PIN, end her sessions, let her try at once. The PIN is returned, never stored."""
    pin = random_pin()
    set_secret(user, pin, temporary=True)
    end_all_sessions(user)
    forget_person(user)
    return pin


def new_card(user: User) -> str:
    """A new token for this person's printed card; the card she had stops working."""
    token = secrets.token_urlsafe(18)
    user.card_hash = hash_token(token)
    return token


def rotate_code(cohort: Cohort) -> None:
    """Give the class another code. Nobody joins by the old one; its students still sign in with it."""
    db.session.add(FormerCode(code=cohort.join_code, cohort_id=cohort.id))
    cohort.join_code = new_join_code()


def students_of(cohort: Cohort) -> list[User]:
    """The students who are in a class now, by name."""
    found = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT, Enrolment.status.in_(HERE))
        .order_by(Enrolment.name_key)
    )
    return list(found)


def _could_be(code: str) -> bool:
    return bool(code) and set(code) <= set(CODE_ALPHABET)


def _full() -> ClassFull:
    return ClassFull(gettext("All seats of this class are taken. Ask your teacher for another class."))


def _name_taken() -> NameNotUsable:
    return NameNotUsable(
        gettext("Someone in this class has this name already. Add a letter or another name of yours.")
    )
