"""What this site is called where schools speak of one another: addresses that are compared, never fetched."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app

from lms.accounts.models import Programme


def site_address() -> str:
    """Who signs: the site's public address. It stays the same by whatever name a page was asked for."""
    parts = urlsplit(current_app.config["SITE_URL"])
    return f"{parts.scheme}://{parts.netloc}".lower()


def programme_address(programme: Programme) -> str:
    """The receiver's name of a programme: what a referral to it must say."""
    return f"{site_address()}/programmes/{programme.slug}"
