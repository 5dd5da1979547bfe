"""Flask-Security underneath: it hashes and signs people in. None of its pages, tokens or forms is used."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import Flask, Request, g, session
from flask_security import Security, SQLAlchemyUserDatastore, login_user, logout_user
from sqlalchemy import bindparam, delete, select

from lms.accounts.models import SignIn, SiteRole, User
from lms.core.db import db, utcnow

SESSION_KEY = "sign_in"
SESSION_LIFE = timedelta(days=30)
# What outlives a sign-in or sign-out in the session: nothing but messages about to be shown.
KEPT = ("_flashes",)

# Put together once, since every request asks.
_SIGNED_IN = (
    select(User)
    .join(SignIn, SignIn.user_id == User.id)
    .where(
        SignIn.key_hash == bindparam("key"),
        SignIn.expires_at > bindparam("now"),
        User.fs_uniquifier == bindparam("uniquifier"),
        User.active,
    )
)

SETTINGS = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_USER_IDENTITY_ATTRIBUTES": [],
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_CSRF_COOKIE_NAME": None,
}


def init_app(app: Flask) -> None:
    """Set up hashing and sessions on this application."""
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    # A six-digit PIN alone would not stand long against a stolen database: the hash also needs this key.
    app.config.setdefault("SECURITY_PASSWORD_SALT", derived_key(app.config["SECRET_KEY"], "pin-pepper"))
    security = Security(app, SQLAlchemyUserDatastore(db, User, SiteRole), register_blueprint=False)
    security.login_manager.user_loader(_load_user)
    security.login_manager.request_loader(_no_tokens)


def derived_key(secret: str, purpose: str) -> str:
    """A key for one purpose, made from the application's secret."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def hash_token(token: str) -> str:
    """How a long random token is stored: it needs no salt, since it cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(user: User) -> None:
    """Sign this person in on this device, in a session that shares nothing with the one before."""
    _clear_session()
    key = secrets.token_urlsafe(32)
    now = utcnow()
    db.session.execute(delete(SignIn).where(SignIn.expires_at < now))
    db.session.add(
        SignIn(key_hash=hash_token(key), user_id=user.id, created_at=now, expires_at=now + SESSION_LIFE)
    )
    user.last_sign_in_at = now
    login_user(user, remember=False)
    session[SESSION_KEY] = key
    session.permanent = True
    # The language is the person's from now on.
    g.pop("language", None)


def end_session() -> None:
    """Sign out on this device, for good: the row goes, so a copy of the cookie is worth nothing."""
    if key := session.get(SESSION_KEY):
        db.session.execute(delete(SignIn).where(SignIn.key_hash == hash_token(key)))
    logout_user()
    _clear_session()


def end_all_sessions(user: User) -> None:
    """Sign this person out everywhere."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id))
    user.fs_uniquifier = secrets.token_hex(32)


def _load_user(uniquifier: str) -> User | None:
    key = session.get(SESSION_KEY)
    if not isinstance(key, str):
        return None
    asked = {"key": hash_token(key), "now": utcnow(), "uniquifier": uniquifier}
    return db.session.scalar(_SIGNED_IN, asked)


def _no_tokens(request: Request) -> None:  # noqa: ARG001
    """Flask-Security would take a token from the address or a header; there are none here."""
    return


def _clear_session() -> None:
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    # Flask-WTF keeps the token of this request aside; the next form needs one of the new session.
    g.pop("csrf_token", None)
