"""`passerelle prepare`: what must be true before the processes start; each step is safe to repeat."""

from __future__ import annotations

from pathlib import Path

import click
import polib
from flask_migrate import upgrade

from lms.app import create_app
from lms.authoring.jobs import serve_published
from lms.board.cli import keep_house
from lms.core.config import read_settings
from lms.core.db import db
from lms.demo.seeding import seed_everything
from lms.programmes.calendars import lay_out_running
from lms.programmes.demo import demo_sign_in_lines
from lms.referral.retention import erase_what_is_over
from lms.serve import SIGN_IN_FILE, URL_PLACE


def compile_catalogues(folder: Path) -> int:
    """Write messages.mo beside each messages.po that is newer; return how many were written."""
    written = 0
    for po in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime <= po.stat().st_mtime:
            polib.pofile(str(po)).save_as_mofile(str(mo))
            written += 1
    return written


def write_sign_in_lines(path: Path, lines: list[str]) -> None:
    """Keep how people of the demonstration school sign in, for its owner only: `serve` shows it at each start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("\n".join(lines), encoding="utf-8")


@click.command()
@click.option("--demo", is_flag=True, help="Also put in the demonstration school.")
@click.option("--keep-sign-in", is_flag=True, help="With --demo: `serve` shows at each start how to sign in.")
def prepare(demo: bool, keep_sign_in: bool) -> None:
    """Bring the database and the languages up to date. Run it after each upgrade."""
    settings = read_settings()
    click.echo(f"  Languages: {compile_catalogues(settings.translations_dir)} compiled.")
    app = create_app()
    with app.app_context():
        upgrade(directory=str(Path(__file__).with_name("migrations")))
        click.echo("  Database: up to date.")
        served = serve_published()
        click.echo(f"  Published courses: {len(served)} laid out.")
        laid_out = lay_out_running()
        db.session.commit()
        click.echo(f"  Calendars: {laid_out} classes laid out.")
        erased = erase_what_is_over()
        db.session.commit()
        click.echo(f"  Referrals: {erased} erased whose time is over.")
        if demo:
            seeded = seed_everything()
            db.session.commit()
            if keep_sign_in:
                write_sign_in_lines(settings.instance_dir / SIGN_IN_FILE, demo_sign_in_lines(URL_PLACE))
            click.echo("  Demonstration school: made." if seeded else "  Demonstration school: already here.")
        counted, deleted = keep_house()
        click.echo(f"  Boards: {counted} classes counted, {deleted} old talks deleted.")
