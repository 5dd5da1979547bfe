"""`passerelle referral`: verify a file without a site, show and change the signing key, erase what is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from lms.core.config import read_settings
from lms.referral import checking, envelope
from lms.referral import keys as key_store
from lms.referral.credential import Credential
from lms.referral.envelope import BadKeys, PublicKey
from lms.referral.refusals import Refused, Why
from lms.referral.schools import fingerprint
from lms.referral.withdrawals import is_withdrawn, unpack


@click.group()
def referral() -> None:
    """Evidence that people take to another school: verify it, look after the key that signs it."""


@referral.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "key_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The school's public keys, as its page /.well-known/passerelle-keys.json gives them.",
)  # fmt: skip
@click.option(
    "--withdrawn", "list_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The school's list of what is withdrawn (/.well-known/passerelle-withdrawn).",
)  # fmt: skip
def verify(file: Path, key_file: Path, list_file: Path | None) -> None:
    """Verify FILE with a school's published key. Needs no database and no network."""
    try:
        keys = envelope.read_keys(_text(key_file))
    except BadKeys as error:
        raise click.ClickException(f"{key_file} holds no public keys of a school ({error}).") from error
    try:
        found = _verified(_text(file), keys, _text(list_file) if list_file is not None else "")
    except Refused as error:
        raise click.ClickException(f"Refused ({error.why}). {error.sentence}") from error
    click.echo("The signature is right and the referral is valid.")
    click.echo(f"  Compare the fingerprint of the keys with the school: {fingerprint(keys)}")
    if list_file is None:
        click.echo("  Whether it was withdrawn was not looked at: give --withdrawn for that.")
    click.echo(_say(found))


@referral.command("keys")
def show_keys() -> None:
    """Show this site's public keys and their fingerprint, as other schools need them."""
    found = key_store.published_keys(read_settings().instance_dir)
    click.echo(json.dumps({"keys": [key.as_jwk() for key in found]}, indent=1))
    click.echo(f"Fingerprint: {fingerprint(found)}")


@referral.command("rotate-key")
@click.option(
    "--leaked", is_flag=True, help="The old private key is in other hands: stop publishing its public key."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate_key(leaked: bool, yes: bool) -> None:
    """Sign with a new key from now on. What the old one signed stays valid, unless it leaked."""
    if not yes:
        click.confirm(
            "Schools that trust this site must compare the new fingerprint. Make a new key?", abort=True
        )
    folder = read_settings().instance_dir
    made = key_store.rotate(folder, leaked=leaked)
    click.echo(f"Signing key: {made.id}")
    click.echo(f"Tell the schools that trust this site: {fingerprint(key_store.published_keys(folder))}")


@referral.command()
def tidy() -> None:
    """Erase referrals whose time is over. The site does it daily, too."""
    from lms.app import create_app  # noqa: PLC0415  # `verify` needs no application
    from lms.core.db import db  # noqa: PLC0415
    from lms.referral.retention import erase_what_is_over  # noqa: PLC0415

    with create_app().app_context():
        count = erase_what_is_over()
        db.session.commit()
    click.echo(f"Erased: {count}.")


def _verified(text: str, keys: Sequence[PublicKey], withdrawn: str) -> Credential:
    package = envelope.read(text)
    found = checking.read_signed(package, keys)
    checking.check_time(found, datetime.now(UTC))
    if withdrawn:
        known = checking.read_signed_list(withdrawn, keys, found.issuer)
        if is_withdrawn(unpack(known.packed), found.number):
            raise Refused(Why.WITHDRAWN)
    return found


def _text(path: Path) -> str:
    raw = path.read_bytes()[: 2 * envelope.LARGEST_PACKAGE]
    try:
        return raw.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not text of a referral.") from error


def _say(found: Credential) -> str:
    terms = found.terms
    said = {
        "School": f"{found.issuer_name} ({found.issuer})",
        "For": f"{terms.receiver_name} ({terms.receiver})",
        "Purpose": terms.purpose.value,
        "Valid": f"{terms.valid_from:%Y-%m-%d} to {terms.valid_until:%Y-%m-%d}",
        "Name": found.content.name or "not said",
    }
    lines = [f"  {name}: {words}" for name, words in said.items()]
    for course in found.content.courses:
        lines.append(f"  {course.course}: {len(course.steps)} of {course.exercises} exercises passed")
        lines += [f"    {step.passed_on}  {step.title}" for step in course.steps]
    lines += [
        f"  Finished: {one.course}, {one.hours} hours, on {one.finished_on}"
        for one in found.content.certificates
    ]
    lines += [
        f"  {one.course}: {one.right} of {one.questions} questions right" for one in found.content.answers
    ]
    lines += [
        f"  Attendance in {one.class_name}: {one.attended} of {one.held} sessions, {round(one.minutes / 60)} hours"
        for one in found.content.attendance
    ]
    if found.content.statement:
        lines.append("  In her own words:")
        lines += [f"    {line}" for line in found.content.statement.split("\n")]
    return "\n".join(lines)
