"""A referral from its draft to its end. Functions flush and raise; views commit.

What is signed is the content that was laid down when she saw it: signing names the version of the draft. Every
change of state is a conditional update, so that of two tabs or two clicks one does it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

from flask import current_app
from flask_babel import lazy_gettext
from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import CODE_ALPHABET, Programme, User
from lms.accounts.security import derived_key, hash_token
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError, TooMany
from lms.core.text import clean_line, clean_lines
from lms.referral import credential, envelope
from lms.referral.content import Content, read_content, write_content
from lms.referral.credential import Credential, Terms
from lms.referral.evidence import pieces_of, put_together
from lms.referral.keys import signing_key
from lms.referral.models import (
    LONGEST_MESSAGE,
    LONGEST_STATEMENT,
    ImportStatus,
    Purpose,
    Referral,
    ReferralImport,
    ReferralNumber,
    ReferralStatus,
)
from lms.referral.sites import site_address
from lms.referral.withdrawals import LENGTH, pack

MOST_OPEN = 20
"""Drafts and valid referrals of one person at a time."""
KEPT_DRAFT = timedelta(days=30)
KEPT_AFTERWARDS = timedelta(days=365)
PAGE_CODE_LENGTH = 12
_NUMBER_TRIES = 50


class NothingChosen(PasserelleError):
    """A referral that would say nothing."""

    status = 422
    code = "nothing_chosen"
    sentence = lazy_gettext("Choose at least one thing to take along, or write something.")


class TooMuchChosen(PasserelleError):
    """More than fits into one package."""

    status = 422
    code = "too_much_chosen"
    sentence = lazy_gettext(
        "This is too much for one referral. Leave out some of the courses, or write less."
    )


class DraftChanged(Conflict):
    """What would be signed is not what she saw."""

    code = "draft_changed"
    sentence = lazy_gettext("This changed since you looked at it. Read it again, then sign.")


class TooManyReferrals(TooMany):
    """More referrals at a time than anybody needs."""

    code = "too_many_referrals"

    def __init__(self) -> None:
        super().__init__(
            60,
            str(
                lazy_gettext("You have many referrals already. Withdraw or remove one that you do not need.")
            ),
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says about a referral before it is laid down."""

    receiver: str
    receiver_name: str
    receiver_language: str
    purpose: Purpose
    days: int
    chosen: tuple[str, ...]
    statement: str


def lay_down(person: User, programme: Programme, wish: Wish, referral: Referral | None = None) -> Referral:
    """A new draft, or another version of one: exactly what will be signed."""
    content = put_together(
        pieces_of(person, programme), wish.chosen, clean_lines(wish.statement)[:LONGEST_STATEMENT]
    )
    if content.is_empty:
        raise NothingChosen
    if referral is None:
        _refuse_too_many(person)
        referral = Referral(user_id=person.id, programme_id=programme.id, version=0)
    elif referral.status not in {ReferralStatus.DRAFT, ReferralStatus.SUGGESTED, ReferralStatus.DECLINED}:
        raise DraftChanged
    referral.status = ReferralStatus.DRAFT
    referral.programme_id = programme.id
    referral.receiver = wish.receiver
    referral.receiver_name = clean_line(wish.receiver_name)[:120]
    referral.receiver_language = wish.receiver_language
    referral.purpose = wish.purpose
    referral.valid_until = end_of_day(wish.days)
    referral.chosen = list(wish.chosen)
    referral.statement = content.statement
    referral.content = write_content(content)
    referral.version += 1
    db.session.add(referral)
    db.session.flush()
    return referral


def suggest(
    person: User, programme: Programme, author: User, *, receiver: str, receiver_name: str, message: str
) -> Referral:
    """A coordinator's suggestion: nothing of the person's is in it until she chooses."""
    _refuse_too_many(person)
    referral = Referral(
        user_id=person.id,
        programme_id=programme.id,
        author_id=author.id,
        status=ReferralStatus.SUGGESTED,
        receiver=receiver,
        receiver_name=clean_line(receiver_name)[:120],
        message=clean_line(message)[:LONGEST_MESSAGE],
    )
    db.session.add(referral)
    db.session.flush()
    return referral


def decline(referral: Referral) -> None:
    """She does not want what was suggested."""
    changed_rows(
        update(Referral)
        .where(Referral.id == referral.id, Referral.status == ReferralStatus.SUGGESTED)
        .values(status=ReferralStatus.DECLINED)
    )


def drop_draft(referral: Referral) -> None:
    """A draft that was never signed goes without a trace."""
    changed_rows(delete(Referral).where(Referral.id == referral.id, Referral.status == ReferralStatus.DRAFT))


def sign(referral: Referral, version: int, now: datetime | None = None) -> None:
    """Sign the draft that she has seen, with the site's key."""
    now = (now or utcnow()).replace(microsecond=0)
    until = referral.valid_until
    if referral.status != ReferralStatus.DRAFT or until is None or until <= now:
        raise DraftChanged
    number = _draw_number(until)
    key = signing_key(current_app.config["INSTANCE_DIR"])
    jti = f"urn:uuid:{uuid4()}"
    token = envelope.seal(
        credential.write(_credential(referral, jti, number, now)), key.private, key.public.id
    )
    if len(token) > envelope.LARGEST_PACKAGE:
        raise TooMuchChosen
    signed = changed_rows(
        update(Referral)
        .where(
            Referral.id == referral.id,
            Referral.status == ReferralStatus.DRAFT,
            Referral.version == version,
        )
        .values(status=ReferralStatus.SIGNED, jti=jti, status_index=number, token=token, signed_at=now)
    )
    if not signed:
        raise DraftChanged


def withdraw(referral: Referral, now: datetime | None = None) -> None:
    """It does not count any more: its page and file go, and where it was taken within this site it is erased."""
    done = changed_rows(
        update(Referral)
        .where(Referral.id == referral.id, Referral.status == ReferralStatus.SIGNED)
        .values(
            status=ReferralStatus.WITHDRAWN,
            withdrawn_at=now or utcnow(),
            token="",
            content={},
            statement="",
            page_nonce=None,
            page_hash=None,
        )
    )
    if done:
        changed_rows(
            update(ReferralImport)
            .where(
                ReferralImport.referral_id == referral.id,
                ReferralImport.status.in_([ImportStatus.WAITING, ImportStatus.CONFIRMED]),
            )
            .values(emptied(ImportStatus.WITHDRAWN))
        )


def emptied(status: ImportStatus) -> dict[str, object]:
    """What is left of an import that ended: that there was one."""
    return {"status": status, "token": "", "content": {}, "claim_hash": None}


def open_page(referral: Referral) -> str:
    """A public page for this referral; the code of one that was open before stops working."""
    if not referral.is_signed:
        raise DraftChanged
    referral.page_nonce = secrets.token_hex(16)
    code = page_code(referral)
    referral.page_hash = hash_token(code)
    db.session.flush()
    return code


def close_page(referral: Referral) -> None:
    """Nobody can verify it by its code any more; the file stays valid."""
    referral.page_nonce = referral.page_hash = None
    db.session.flush()


def page_code(referral: Referral) -> str:
    """The code of its page, 59 bits. Made anew from the site's key: a stolen database holds no code."""
    made = derived_key(
        current_app.config["SECRET_KEY"], f"referral:{referral.public_id}:{referral.page_nonce}"
    )
    number = int(made, 16)
    letters = []
    for _ in range(PAGE_CODE_LENGTH):
        number, place = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[place])
    return "".join(letters)


def withdrawn_numbers(now: datetime | None = None) -> list[int]:
    """The numbers that no valid referral stands behind any more, while somebody may still ask."""
    stands = exists().where(
        Referral.status_index == ReferralNumber.number, Referral.status == ReferralStatus.SIGNED
    )
    found = db.session.scalars(
        select(ReferralNumber.number)
        .where(ReferralNumber.expires_at > (now or utcnow()), ~stands)
        .limit(LENGTH)
    )
    return list(found)


def stands_behind(number: int) -> bool:
    """Whether a valid referral of this site has this number."""
    found = select(Referral.id).where(
        Referral.status_index == number, Referral.status == ReferralStatus.SIGNED
    )
    return db.session.scalar(found) is not None


def signed_list(now: datetime | None = None) -> str:
    """What is withdrawn, signed as of now."""
    now = now or utcnow()
    key = signing_key(current_app.config["INSTANCE_DIR"])
    payload = credential.write_list(site_address(), pack(withdrawn_numbers(now)), now)
    return envelope.seal(payload, key.private, key.public.id)


def content_of(referral: Referral) -> Content:
    """What it says, for showing."""
    return read_content(referral.content)


def end_of_day(days: int, now: datetime | None = None) -> datetime:
    """The last moment of the day so many days from now."""
    day = (now or utcnow()).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), UTC)


def _credential(referral: Referral, jti: str, number: int, now: datetime) -> Credential:
    if referral.purpose is None or referral.valid_until is None:
        raise DraftChanged
    return Credential(
        id=jti,
        issuer=site_address(),
        issuer_name=referral.programme.name,
        number=number,
        terms=Terms(
            receiver=referral.receiver,
            receiver_name=referral.receiver_name,
            purpose=Purpose(referral.purpose),
            valid_from=now,
            valid_until=referral.valid_until,
        ),
        content=content_of(referral),
    )


def _draw_number(until: datetime) -> int:
    """A number that nobody has, by lot: the list must not say in which order people were referred."""
    for _ in range(_NUMBER_TRIES):
        number = secrets.randbelow(LENGTH)
        try:
            with db.session.begin_nested():
                db.session.add(ReferralNumber(number=number, expires_at=until))
        except IntegrityError:
            continue
        return number
    raise TooManyReferrals


def _refuse_too_many(person: User, now: datetime | None = None) -> None:
    count = db.session.scalar(
        select(func.count())
        .select_from(Referral)
        .where(
            Referral.user_id == person.id,
            and_(
                Referral.status.in_([ReferralStatus.DRAFT, ReferralStatus.SIGNED, ReferralStatus.SUGGESTED]),
                (Referral.valid_until.is_(None)) | (Referral.valid_until > (now or utcnow())),
            ),
        )
    )
    if (count or 0) >= MOST_OPEN:
        raise TooManyReferrals


def referrals_of(person: User, limit: int = 100) -> Sequence[Referral]:
    """A person's own referrals, the newest first."""
    return db.session.scalars(
        select(Referral).where(Referral.user_id == person.id).order_by(Referral.id.desc()).limit(limit)
    ).all()
