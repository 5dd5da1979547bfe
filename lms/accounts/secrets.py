"""Passphrases and PINs: what is accepted, how they are compared, how staff make a new one."""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache
from itertools import pairwise

from flask_babel import gettext
from flask_security import hash_password, verify_password

from lms.accounts.models import User
from lms.core.errors import PasserelleError
from lms.core.text import fold_digits, fold_name

SHORTEST_PIN = 6
SHORTEST_PASSPHRASE = 8
LONGEST_SECRET = 128
# What is tried first by anyone who guesses; everything else is left to the delays.
COMMON = frozenset(
    {
        "password", "passwort", "passw0rd", "motdepasse", "qwertyui", "qwertyuiop", "azertyui", "azertyuiop",
        "iloveyou", "letmein1", "welcome1", "abcdefgh", "abcd1234", "password1", "password123", "parol123",
        "passerelle", "football", "princess", "sunshine", "computer", "internet",
    }
)  # fmt: skip
COMMON_PINS = frozenset(
    {"123321", "112233", "159753", "147258", "258369", "102030", "010203", "789456", "456789"}
)


class WeakSecret(PasserelleError):
    """This passphrase or PIN is too easy to guess; the sentence says why."""

    code = "weak_secret"


def normalise(secret: str) -> str:
    """One spelling for what one person types on different keyboards: composed, with Latin digits."""
    return unicodedata.normalize("NFKC", fold_digits(secret))


def check_strength(secret: str, name: str) -> None:
    """Raise WeakSecret, with a sentence that says what to do, unless this may protect an account."""
    secret = normalise(secret)
    if len(secret) > LONGEST_SECRET:
        raise WeakSecret(gettext("That is too long. Use at most 128 characters."))
    if secret.isdecimal():
        if len(secret) < SHORTEST_PIN:
            raise WeakSecret(gettext("A PIN needs at least 6 digits."))
        if _is_plain_pin(secret):
            raise WeakSecret(gettext("This PIN is too easy to guess. Mix the digits more."))
        return
    if len(secret) < SHORTEST_PASSPHRASE:
        raise WeakSecret(gettext("Use a PIN of 6 or more digits, or a passphrase of 8 or more characters."))
    folded = fold_name(secret)
    if folded in COMMON or len(set(folded)) < 4 or (name and fold_name(name) == folded):
        raise WeakSecret(
            gettext("This passphrase is too easy to guess. Use a few words that only you put together.")
        )


def set_secret(user: User, secret: str, *, temporary: bool = False) -> None:
    """Give this person a new passphrase or PIN; `temporary` when someone else knows it."""
    user.password = hash_password(normalise(secret))
    user.secret_is_temporary = temporary


def secret_is_right(user: User | None, secret: str) -> bool:
    """Whether this is her secret. Takes as long when there is no such person."""
    stored = user.password if user is not None and user.password else _stand_in()
    right = verify_password(normalise(secret[: 2 * LONGEST_SECRET]), stored)
    return bool(right) and user is not None and user.active and user.password is not None


def random_pin() -> str:
    """A PIN that staff can read out: six digits, none of the easy ones."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(SHORTEST_PIN))
        if not _is_plain_pin(pin):
            return pin


@lru_cache(maxsize=1)
def _stand_in() -> str:
    return str(hash_password(secrets.token_urlsafe(16)))


def _is_plain_pin(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 or len(set(pin)) < 3 or pin[:6] in COMMON_PINS:
        return True
    # 123123, 12121212, 45674567
    return any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
    )
