"""What anybody may see: the school's public keys, its list of what is withdrawn, and what a person gave a code for."""

from __future__ import annotations

import json

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms.referral import pages, services
from lms.referral.access import tidy_code
from lms.referral.envelope import TYPE
from lms.referral.keys import published_keys
from lms.referral.schools import fingerprint
from lms.referral.sites import site_address
from lms.referral.views import bp, document_of, file_answer, page_by_code

NO_INDEX = "noindex, nofollow, noarchive"
A_WHILE = "public, max-age=300"


@bp.get("/.well-known/passerelle-keys.json")
def keys() -> Response:
    """The public keys, as a JWK set."""
    found = published_keys(current_app.config["INSTANCE_DIR"])
    body = json.dumps({"issuer": site_address(), "keys": [key.as_jwk() for key in found]}, indent=1)
    return Response(body, mimetype="application/jwk-set+json", headers={"Cache-Control": A_WHILE})


@bp.get("/.well-known/passerelle-withdrawn")
def withdrawn() -> Response:
    """What is withdrawn, as a signed list of bits."""
    return Response(
        services.signed_list(), mimetype=f"application/{TYPE}", headers={"Cache-Control": A_WHILE}
    )


@bp.get("/verify")
def verify() -> AnyResponse | str:
    """Give the code that a person showed."""
    code = tidy_code(request.args.get("code", ""))
    if code:
        return redirect(url_for(".verified", code=pages.grouped(code)), 303)
    return render_template(
        "referral/verify.html", fingerprint=fingerprint(published_keys(current_app.config["INSTANCE_DIR"]))
    )


@bp.get("/verify/<code>")
def verified(code: str) -> Response:
    """What a person chose to show, and that the school signed it."""
    referral = page_by_code(code)
    page = render_template(
        "referral/verified.html",
        referral=referral,
        document=pages.document(document_of(referral)),
        code=pages.grouped(tidy_code(code)),
        fingerprint=fingerprint(published_keys(current_app.config["INSTANCE_DIR"])),
    )
    return Response(page, headers={"X-Robots-Tag": NO_INDEX, "Referrer-Policy": "no-referrer"})


@bp.get("/verify/<code>/file")
def verified_file(code: str) -> Response:
    """The signed file, to be verified without this site."""
    response = file_answer(page_by_code(code))
    response.headers["X-Robots-Tag"] = NO_INDEX
    return response
