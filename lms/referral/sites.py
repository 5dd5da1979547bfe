"""What this site is called where schools speak of one another: addresses that are compared, never fetched."""

from __future__ import annotations

from flask import current_app

from lms.accounts.models import Programme


def site_address() -> str:
    """Who signs: the site's first public name. It stays the same by whatever name a page was asked for."""
    scheme = "https" if current_app.config["HTTPS"] else "http"
    return f"{scheme}://{current_app.config['TRUSTED_HOSTS'][0].lstrip('.')}"


def programme_address(programme: Programme) -> str:
    """The receiver's name of a programme: what a referral to it must say."""
    return f"{site_address()}/programmes/{programme.slug}"
