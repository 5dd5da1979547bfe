"""Why a package is refused: a closed list, each with a sentence in the reader's language."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext

from lms.core.errors import PasserelleError


class Why(StrEnum):
    """The first thing that is wrong with a package."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    PAGE_LINK = "page_link"
    WRONG_KIND = "wrong_kind"
    UNKNOWN_SCHOOL = "unknown_school"
    UNKNOWN_KEY = "unknown_key"
    FORGED = "forged"
    DAMAGED = "damaged"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WRONG_RECEIVER = "wrong_receiver"
    WRONG_PURPOSE = "wrong_purpose"
    WITHDRAWN = "withdrawn"
    USED = "used"
    OLD_LIST = "old_list"


SENTENCES = {
    Why.TOO_LARGE: lazy_gettext("This file is too large to be a referral. Ask for the right file."),
    Why.UNREADABLE: lazy_gettext(
        "This is not a referral, or a part of it is missing. Copy all of it, or choose the file again."
    ),
    Why.PAGE_LINK: lazy_gettext(
        "This is a link to a page. Open it in your browser, keep the file from there, and choose that file here."
    ),
    Why.WRONG_KIND: lazy_gettext(
        "This is not signed in the way that is accepted here (Ed25519). It was not read."
    ),
    Why.UNKNOWN_SCHOOL: lazy_gettext(
        "The school that signed this is not known here yet. "
        "A coordinator can compare its keys under “Schools we trust”. Then try again."
    ),
    Why.UNKNOWN_KEY: lazy_gettext(
        "The school is known here, but not the key that signed this. Perhaps it has a new one: "
        "a coordinator can compare it under “Schools we trust”."
    ),
    Why.FORGED: lazy_gettext(
        "The signature is wrong: this was changed after it was signed. Ask for the file again."
    ),
    Why.DAMAGED: lazy_gettext(
        "The signature is right, but what is signed cannot be understood. Ask the school."
    ),
    Why.NOT_YET: lazy_gettext("This does not count yet. Look at the date and time of this site, or wait."),
    Why.EXPIRED: lazy_gettext("The time of this referral is over. The person can make a new one."),
    Why.WRONG_RECEIVER: lazy_gettext(
        "This referral is for another receiver. The person can make a new one with the address of this programme."
    ),
    Why.WRONG_PURPOSE: lazy_gettext("The person gave this for another purpose than the one that you chose."),
    Why.WITHDRAWN: lazy_gettext("This referral is withdrawn. It does not count any more."),
    Why.USED: lazy_gettext("This referral has been imported here already. Each one can be imported once."),
    Why.OLD_LIST: lazy_gettext(
        "This list is older than the one that is known here. Ask the school for the newest."
    ),
}


class Refused(PasserelleError):
    """A package that is not taken; `why` says what is wrong first."""

    status = 422
    code = "referral_refused"

    def __init__(self, why: Why) -> None:
        super().__init__(SENTENCES[why])
        self.why = why
