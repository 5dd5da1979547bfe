"""The site's own signing keys: in one file of the instance folder, never in the database and never in a backup."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.core.errors import ConfigError
from lms.referral.envelope import MOST_KEYS, PublicKey, decode, encode

FILE = "referral_keys.json"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs now."""

    private: Ed25519PrivateKey
    public: PublicKey


def signing_key(folder: Path) -> SigningKey:
    """The key that signs; made at first use."""
    seed = _read(folder)["private"]
    private = Ed25519PrivateKey.from_private_bytes(decode(seed))
    return SigningKey(private, _public(private))


def published_keys(folder: Path) -> list[PublicKey]:
    """The public keys, the one that signs first, then those of before: what they signed is verified by them."""
    kept = _read(folder)
    own = _public(Ed25519PrivateKey.from_private_bytes(decode(kept["private"])))
    return [own, *(PublicKey(x) for x in kept["earlier"])]


def rotate(folder: Path, *, leaked: bool = False) -> PublicKey:
    """Sign with a new key from now on. The old public key stays published, unless somebody else has the private one."""
    with _alone(folder):
        kept = _read(folder)
        old = _public(Ed25519PrivateKey.from_private_bytes(decode(kept["private"])))
        earlier = kept["earlier"] if leaked else [old.x, *kept["earlier"]]
        made = _new(earlier[: MOST_KEYS - 1])
        _write(folder / FILE, made, replace=True)
    return _public(Ed25519PrivateKey.from_private_bytes(decode(made["private"])))


def _public(private: Ed25519PrivateKey) -> PublicKey:
    return PublicKey(encode(private.public_key().public_bytes_raw()))


def _new(earlier: list[str]) -> dict[str, Any]:
    return {
        "private": encode(Ed25519PrivateKey.generate().private_bytes_raw()),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "earlier": earlier,
    }


def _read(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        if not path.exists():
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
            _write(path, _new([]), replace=False)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be kept: PASSERELLE_INSTANCE_DIR must be a folder that stays"
        ) from error
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        sound = len(decode(found["private"])) == 32 and all(len(decode(x)) == 32 for x in found["earlier"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path} is damaged: put back a copy, or move it away to sign with a new key"
        ) from error
    if not sound:
        raise ConfigError(f"{path} is damaged: put back a copy, or move it away to sign with a new key")
    return dict(found)


def _write(path: Path, content: dict[str, Any], *, replace: bool) -> None:
    """The whole file or none of it. Of two processes that make the first key at once, one does."""
    new = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            new.replace(path)
            return
        try:
            path.hardlink_to(new)
        except FileExistsError:
            return
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with (folder / f".{FILE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
