"""Settings: read once, at the start, from the environment. The defaults suit one machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.core.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
SECRET_LENGTH = 32
KNOWN_SECRETS = ("changeme", "change-me", "change_me", "secret", "default", "example", "password", "insecure")
ATTENDANCE_LOCK_DAYS = 7
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked."""

    instance_dir: Path
    courses_dir: Path
    translations_dir: Path
    database_url: str
    broker_url: str
    sandbox_url: str
    sandbox_token: str | None
    secret_key: str
    hosts: tuple[str, ...]
    proxies: int
    https: bool
    site_url: str
    smtp_url: str
    mail_from: str
    attendance_lock_days: int
    private_remotes: bool


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read PASSERELLE_* from the environment; raise ConfigError with a cure where a value cannot stand."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("PASSERELLE_INSTANCE_DIR") or ROOT / "instance").resolve()
    database = database_url(env.get("PASSERELLE_DATABASE_URL", ""), instance)
    hosts = _words(env.get("PASSERELLE_HOSTS", "")) or LOCAL_HOSTS
    https = _flag("PASSERELLE_HTTPS", env.get("PASSERELLE_HTTPS", "0"))
    return Settings(
        instance_dir=instance,
        courses_dir=Path(env.get("PASSERELLE_COURSES_DIR") or ROOT / "courses").resolve(),
        translations_dir=Path(env.get("PASSERELLE_TRANSLATIONS_DIR") or ROOT / "translations").resolve(),
        database_url=database,
        broker_url=env.get("PASSERELLE_BROKER_URL", ""),
        sandbox_url=env.get("PASSERELLE_SANDBOX_URL") or f"unix:{instance / 'run' / 'sandbox.sock'}",
        sandbox_token=env.get("PASSERELLE_SANDBOX_TOKEN") or None,
        secret_key=_secret_key(env.get("PASSERELLE_SECRET_KEY", ""), instance, database),
        hosts=hosts,
        proxies=_count("PASSERELLE_PROXIES", env.get("PASSERELLE_PROXIES", "0"), most=5),
        https=https,
        site_url=env.get("PASSERELLE_SITE_URL") or f"{'https' if https else 'http'}://{hosts[0]}",
        smtp_url=env.get("PASSERELLE_SMTP_URL", ""),
        mail_from=env.get("PASSERELLE_MAIL_FROM", ""),
        attendance_lock_days=_count(
            "PASSERELLE_ATTENDANCE_LOCK_DAYS",
            env.get("PASSERELLE_ATTENDANCE_LOCK_DAYS") or str(ATTENDANCE_LOCK_DAYS),
            most=365,
        ),
        private_remotes=_flag("PASSERELLE_PRIVATE_REMOTES", env.get("PASSERELLE_PRIVATE_REMOTES", "0")),
    )


def flask_config(settings: Settings) -> dict[str, Any]:
    """The settings under the names that Flask and its extensions read."""
    return {
        "INSTANCE_DIR": settings.instance_dir,
        "COURSES_DIR": settings.courses_dir,
        "TRANSLATIONS_DIR": settings.translations_dir,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "BROKER_URL": settings.broker_url,
        "SANDBOX_URL": settings.sandbox_url,
        "SANDBOX_TOKEN": settings.sandbox_token,
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": list(settings.hosts),
        "PROXIES": settings.proxies,
        "HTTPS": settings.https,
        "SITE_URL": settings.site_url,
        "SMTP_URL": settings.smtp_url,
        "MAIL_FROM": settings.mail_from,
        "ATTENDANCE_LOCK_DAYS": settings.attendance_lock_days,
        "PRIVATE_REMOTES": settings.private_remotes,
    }


def database_url(value: str, instance: Path) -> str:
    """The database's address for SQLAlchemy; PostgreSQL always by the driver that is installed."""
    if not value:
        return f"sqlite:///{instance / 'passerelle.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    return value


def check_secret(secret: str) -> str:
    """Refuse a secret that someone could guess."""
    if len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_LENGTH // 4:
        raise ConfigError(
            f"PASSERELLE_SECRET_KEY is too short: give at least {SECRET_LENGTH} random characters"
        )
    if any(known in secret.lower() for known in KNOWN_SECRETS):
        raise ConfigError("PASSERELLE_SECRET_KEY is a well-known default: give a random one")
    return secret


def _secret_key(value: str, instance: Path, database: str) -> str:
    if value:
        return check_secret(value)
    if not database.startswith("sqlite"):
        raise ConfigError(
            "PASSERELLE_SECRET_KEY is missing: several processes must share one, so it cannot be made up here"
        )
    return check_secret(_kept_secret(instance / "secret_key"))


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _count(name: str, value: str, most: int) -> int:
    if not value.isdecimal() or int(value) > most:
        raise ConfigError(f"{name} is a number from 0 to {most}, not {value!r}")
    return int(value)


def _flag(name: str, value: str) -> bool:
    if value not in {"0", "1", ""}:
        raise ConfigError(f"{name} is 0 or 1, not {value!r}")
    return value == "1"
