"""Guessing is made slow: by account first, since a whole school shares one address, and never for long.

An attempt is counted before the secret is looked at, so that many at once are no way round. A device that
this person has signed in on before has a counter of its own: a stranger who guesses cannot keep her out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Throttle, User
from lms.accounts.security import derived_key
from lms.core.db import db, utcnow
from lms.core.errors import TooMany

FREE_TRIES = 5
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
# One address is a school; it is slowed only far beyond what a school does, and only for seconds.
ADDRESS_FREE_TRIES = 200
ADDRESS_DELAY = timedelta(seconds=10)
ADDRESS_FORGOTTEN_AFTER = timedelta(hours=1)


def person_key(user: User | None, claimed: str, *, known_device: bool) -> str:
    """The counter for this person; a name that nobody has gets one too and behaves the same."""
    if user is None:
        return f"nobody:{_fingerprint(claimed)}"
    return f"person:{user.id}:{'known' if known_device else 'other'}"


def address_key(address: str | None) -> str:
    """The counter for an address; the address itself is not kept."""
    return f"address:{_fingerprint(address or 'unknown')}"


def count_attempt(key: str, address: str) -> None:
    """Count an attempt by this person from this address; raise TooMany while either has to wait."""
    now = utcnow()
    _refuse_while_blocked((key, address), now)
    _count(key, now, FORGOTTEN_AFTER)
    _count(address, now, ADDRESS_FORGOTTEN_AFTER)


def count_address(address: str) -> None:
    """Count an attempt that names no person, such as a class code that may be wrong."""
    now = utcnow()
    _refuse_while_blocked((address,), now)
    _count(address, now, ADDRESS_FORGOTTEN_AFTER)


def forgive(key: str, address: str) -> None:
    """It was the right person: her counter goes, and the address gets its try back."""
    db.session.execute(delete(Throttle).where(Throttle.key == key))
    forgive_address(address)


def forgive_address(address: str) -> None:
    """Give an address its last try back."""
    db.session.execute(
        update(Throttle)
        .where(Throttle.key == address, Throttle.failures > 0)
        .values(failures=Throttle.failures - 1)
    )


def forget_person(user: User) -> None:
    """Let this person try again at once, as after a reset by staff."""
    db.session.execute(
        delete(Throttle).where(Throttle.key.in_([f"person:{user.id}:known", f"person:{user.id}:other"]))
    )


def delay_after(failures: int) -> timedelta | None:
    """How long a person waits after so many failures in a row."""
    if failures < FREE_TRIES:
        return None
    doublings = min(failures - FREE_TRIES, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def _refuse_while_blocked(keys: tuple[str, ...], now: datetime) -> None:
    until = db.session.scalars(select(Throttle.blocked_until).where(Throttle.key.in_(keys))).all()
    seconds = max(((moment - now).total_seconds() for moment in until if moment), default=0.0)
    if seconds > 0:
        raise TooMany(int(seconds) + 1)


def _count(key: str, now: datetime, forgotten_after: timedelta) -> None:
    stale = (Throttle.key == key) & (Throttle.last_failure_at < now - forgotten_after)
    db.session.execute(delete(Throttle).where(stale | (Throttle.last_failure_at < now - FORGOTTEN_AFTER)))
    if not _raise_count(key, now):
        try:
            with db.session.begin_nested():
                db.session.add(Throttle(key=key, failures=1, last_failure_at=now))
        except IntegrityError:
            _raise_count(key, now)
    failures = db.session.scalar(select(Throttle.failures).where(Throttle.key == key)) or 0
    delay = _address_delay(failures) if key.startswith("address:") else delay_after(failures)
    if delay is not None:
        db.session.execute(update(Throttle).where(Throttle.key == key).values(blocked_until=now + delay))


def _raise_count(key: str, now: datetime) -> bool:
    found = db.session.execute(
        update(Throttle)
        .where(Throttle.key == key)
        .values(failures=Throttle.failures + 1, last_failure_at=now)
        .returning(Throttle.key)
    )
    return found.first() is not None


def _address_delay(failures: int) -> timedelta | None:
    return ADDRESS_DELAY if failures >= ADDRESS_FREE_TRIES else None


def _fingerprint(text: str) -> str:
    return derived_key(current_app.config["SECRET_KEY"], f"throttle:{text}")[:40]
