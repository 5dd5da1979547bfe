"""Signed packages: JSON in a compact JWS, signed with Ed25519. The one place where signatures are made and verified.

PyJWT signs and verifies. What stands before it is strictness: a package is read in one way or not at all, so that
what was verified and what is read can never be two things.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.api_jws import PyJWS
from jwt.exceptions import InvalidTokenError

from lms.referral.refusals import Refused, Why

ALGORITHM = "EdDSA"
TYPE = "vc+jwt"
LARGEST_PACKAGE = 65_536
"""Characters of a whole package. A referral with everything from three courses has about 30,000."""
MOST_KEYS = 10
_HEADER = frozenset({"alg", "typ", "cty", "kid"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_JWS = PyJWS(algorithms=[ALGORITHM])


class BadKeys(ValueError):
    """A set of public keys that cannot be read; the message is for logs and tests only."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key; its id is its thumbprint (RFC 7638), whatever name it came with."""

    x: str

    @property
    def id(self) -> str:
        """The thumbprint: the same key has the same id everywhere."""
        plain = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": self.x}, separators=(",", ":"))
        return encode(hashlib.sha256(plain.encode("ascii")).digest())

    def as_jwk(self) -> dict[str, str]:
        """How it is published."""
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.id, "alg": ALGORITHM, "use": "sig"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A package that has been read and not verified: whoever signed it, it says this."""

    token: str
    key_id: str
    payload: Mapping[str, Any]


def encode(raw: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of base64 in its one spelling; ValueError for anything else."""
    if not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if encode(raw) != text:
        raise ValueError("another spelling of the same bytes")
    return raw


def seal(payload: Mapping[str, Any], key: Ed25519PrivateKey, key_id: str) -> str:
    """Sign this."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    return _JWS.encode(body, key, ALGORITHM, {"typ": TYPE, "cty": "vc", "kid": key_id})


def read(text: str) -> Envelope:
    """Read a package without believing it; Refused when it is not one in every detail."""
    token = "".join(text.split()) if len(text) <= 2 * LARGEST_PACKAGE else text
    if len(token) > LARGEST_PACKAGE:
        raise Refused(Why.TOO_LARGE)
    if token.startswith(("http://", "https://")):
        raise Refused(Why.PAGE_LINK)
    parts = token.split(".")
    if len(parts) != 3 or not parts[0] or not parts[1]:
        raise Refused(Why.UNREADABLE)
    header, payload = _object(parts[0]), _object(parts[1])
    if header.get("alg") != ALGORITHM or header.get("typ") != TYPE or not set(header) <= _HEADER:
        raise Refused(Why.WRONG_KIND)
    key_id = header.get("kid")
    if not isinstance(key_id, str):
        raise Refused(Why.WRONG_KIND)
    return Envelope(token, key_id, payload)


def verify(envelope: Envelope, keys: Sequence[PublicKey]) -> None:
    """Refused unless one of these keys, the one that the package names, has signed it."""
    key = next((key for key in keys if key.id == envelope.key_id), None)
    if key is None:
        raise Refused(Why.UNKNOWN_KEY)
    try:
        _JWS.decode_complete(
            envelope.token, Ed25519PublicKey.from_public_bytes(decode(key.x)), algorithms=[ALGORITHM]
        )
    except (InvalidTokenError, ValueError) as error:
        raise Refused(Why.FORGED) from error


def read_keys(text: str) -> list[PublicKey]:
    """The keys of a JWK set as a school publishes it; BadKeys for anything else. A private key is never taken."""
    try:
        found = parse_json(text.encode("utf-8"))
    except ValueError as error:
        raise BadKeys(str(error)) from error
    entries = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_KEYS:
        raise BadKeys("a set has from 1 to 10 keys")
    keys = [_key(entry) for entry in entries]
    if len({key.id for key in keys}) != len(keys):
        raise BadKeys("the same key twice")
    return keys


def parse_json(raw: bytes) -> Any:
    """JSON that can be read in one way only; ValueError for bad UTF-8, double names, NaN, fractions and depth."""
    if len(raw) > LARGEST_PACKAGE:
        raise ValueError("too large")
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_float=_no_number,
        )
    except RecursionError as error:
        raise ValueError("too deep") from error


def _object(part: str) -> dict[str, Any]:
    try:
        found = parse_json(decode(part))
    except ValueError as error:
        raise Refused(Why.UNREADABLE) from error
    if not isinstance(found, dict):
        raise Refused(Why.UNREADABLE)
    return found


def _key(entry: object) -> PublicKey:
    if not isinstance(entry, dict) or entry.get("kty") != "OKP" or entry.get("crv") != "Ed25519":
        raise BadKeys("only Ed25519 keys")
    if "d" in entry:
        raise BadKeys("a private key")
    x = entry.get("x")
    try:
        if not isinstance(x, str) or len(decode(x)) != 32:
            raise BadKeys("not 32 bytes")
        Ed25519PublicKey.from_public_bytes(decode(x))
    except ValueError as error:
        raise BadKeys("not a key") from error
    key = PublicKey(x)
    if entry.get("kid", key.id) != key.id:
        raise BadKeys("a key under another key's name")
    return key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"not a number we use: {text}")
