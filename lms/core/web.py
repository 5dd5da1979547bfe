"""What every answer has: security headers, hashed static files, compression, a health page."""

from __future__ import annotations

import gzip
import hashlib
import time
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request, send_from_directory, url_for
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.core.db import db

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600
SMALLEST_WORTH_PACKING = 500
PACKABLE = (
    "text/",
    "application/json",
    "application/javascript",
    "image/svg+xml",
    "application/manifest+json",
)
STREAM = "application/x-ndjson"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# Seconds after which a file's version is looked at again.
LOOK_AGAIN = 1.0

bp = Blueprint("core", __name__)

_versions: dict[str, tuple[float, str]] = {}


def init_app(app: Flask) -> None:
    """Put the headers on every answer and serve the static files by the hash of what is in them."""
    if proxies := app.config["PROXIES"]:
        # Only as many hops as the operator says stand before us; nothing else may name the client.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.jinja_env.globals.update(static_url=static_url, icon_svg=icon_svg)
    app.register_blueprint(bp)
    # Called in reverse order: the headers are set first, then the body is packed.
    app.after_request(_pack)
    app.after_request(_set_headers)


def static_url(path: str) -> str:
    """The address of a static file; it changes when the file does, so that it can be kept for a year."""
    known: dict[str, str] = g.setdefault("static_urls", {})  # a page names the sheet of icons fifty times
    if path not in known:
        known[path] = url_for("core.static_file", version=_named_version(path), path=path)
    return known[path]


def icon_svg(name: str, flip: bool = False) -> Markup:
    """An icon of the sheet; `flip` where it points the other way in languages written from the right."""
    return _icon(static_url("icons.svg"), name, flip=flip)


@bp.get("/static/<version>/<path:path>")
def static_file(version: str, path: str) -> Response:
    """A static file. An old version in the address is served as it is now, and not kept."""
    response = send_from_directory(STATIC, path)
    if version == _version(path):
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Whether this process can serve: 200, or 503 while the database is away."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify({"status": "database unavailable"}), 503
    return jsonify({"status": "ok"}), 200


@lru_cache(maxsize=1024)
def _icon(sheet: str, name: str, *, flip: bool) -> Markup:
    return Markup(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
    ).format(" icon-flip" if flip else "", sheet, name)


def _named_version(path: str) -> str:
    # Files are looked at once a second at most: a page names several, and there are many pages in a second.
    now = time.monotonic()
    known = _versions.get(path)
    if known is None or now - known[0] > LOOK_AGAIN:
        known = _versions[path] = (now, _version(path))
    return known[1]


def _version(path: str) -> str:
    # Scripts import one another by relative address, so all of them have one version.
    together = sorted(STATIC.glob("*.js")) if path.endswith(".js") and "/" not in path else [STATIC / path]
    try:
        marks = [(file, file.stat()) for file in together]
    except OSError:
        return "none"
    hashes = [_hash(file, stat.st_mtime_ns, stat.st_size) for file, stat in marks]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()[:12]


@lru_cache(maxsize=512)
def _hash(file: Path, mtime: int, size: int) -> str:  # noqa: ARG001  # a changed file is another key
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure or current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
    # Pages are about a person; a shared device must not show them again after signing out.
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _pack(response: Response) -> Response:
    if not (response.mimetype or "").startswith(PACKABLE) or response.mimetype == STREAM:
        return response
    response.vary.add("Accept-Encoding")
    live = response.is_streamed and not response.direct_passthrough
    if live or response.status_code != 200 or not request.accept_encodings.quality("gzip"):
        return response
    if "Content-Encoding" in response.headers or "Content-Range" in response.headers:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST_WORTH_PACKING:
        return response
    static = request.endpoint == "core.static_file"
    response.set_data(_packed(body) if static else gzip.compress(body, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    if (tag := response.get_etag()[0]) is not None:
        response.set_etag(f"{tag}-gz")
    return response


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
