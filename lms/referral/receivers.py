"""Whom a referral can be for: the site's other programmes, schools that are known, or an address that was given."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from wtforms import Form

from lms.accounts.models import Programme
from lms.referral.access import other_programmes
from lms.referral.forms import OTHER
from lms.referral.schools import NotASchool, schools_of, tidy_address
from lms.referral.sites import programme_address


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is to receive it."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Receivers:
    """Those that can be chosen from a list, by the value that a form sends."""

    known: dict[str, Receiver]

    def choices(self) -> list[tuple[str, str]]:
        """For a form, with the way out for a school that is not on the list."""
        listed = [(value, receiver.name) for value, receiver in self.known.items()]
        return [*listed, (OTHER, gettext("Another school: I have its address"))]

    def value_of(self, address: str) -> str:
        """The value for this address."""
        return next((value for value, one in self.known.items() if one.address == address), OTHER)


def known_receivers(programme: Programme) -> Receivers:
    """The other programmes of this site, and the schools that this programme trusts."""
    known = {
        f"here:{other.slug}": Receiver(programme_address(other), other.name)
        for other in other_programmes(programme)
    }
    known |= {
        f"school:{school.public_id}": Receiver(school.receiver, school.name)
        for school in schools_of(programme)
        if school.receiver
    }
    return Receivers(known)


def read_receiver(form: Form, receivers: Receivers) -> Receiver | None:
    """The receiver that a validated form names; None, with the reason beside the field, when it names none."""
    value = form.receiver.data
    if value in receivers.known:
        return receivers.known[value]
    try:
        address = tidy_address(form.address.data or "")
    except NotASchool as error:
        form.address.errors = [*form.address.errors, str(error.sentence)]
        return None
    if not form.receiver_name.data:
        form.receiver_name.errors = [*form.receiver_name.errors, gettext("Please fill this in.")]
        return None
    return Receiver(address, form.receiver_name.data)
