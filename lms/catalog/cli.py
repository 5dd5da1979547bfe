"""`passerelle courses check | extract | status`: the author's and the translator's tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from lms.catalog.check import static_check
from lms.catalog.extract import extract
from lms.catalog.model import Fault
from lms.catalog.parse import read_course
from lms.catalog.source import CourseSource
from lms.catalog.translation import (
    Progress,
    count,
    po_path,
    read_catalogue,
    units_by_part,
    units_of_course,
)

COURSES = click.argument(
    "courses", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[COURSE]…"
)


@click.group()
def courses() -> None:
    """Check, extract and count the courses' files."""


@courses.command("check")
@COURSES
def check_command(courses: tuple[Path, ...]) -> None:
    """Find every fault that shows without running code: file, line and cure."""
    number = sum(print_faults(folder, static_check(folder)) for folder in course_folders(courses))
    if number:
        raise click.ClickException(f"Faults found: {number}.")
    click.echo("No faults.")


@courses.command("extract")
@COURSES
@click.option("--lang", "langs", multiple=True, help="Only this language; may be given more than once.")
def extract_command(courses: tuple[Path, ...], langs: tuple[str, ...]) -> None:
    """Bring translations/<lang>.po up to date with the source texts.

    COURSE is a course folder; without one, every folder in courses/ is taken.
    """
    for folder in course_folders(courses):
        source = read_source(folder)
        for lang in langs or target_languages(source):
            result = extract(source, lang)
            click.echo(
                f"{result.path}: {result.kept} kept, {result.new} new, "
                f"{result.changed} changed, {result.removed} removed"
            )


@courses.command("status")
@COURSES
def status_command(courses: tuple[Path, ...]) -> None:
    """Show how much of each lesson is translated, per language."""
    for folder in course_folders(courses):
        source = read_source(folder)
        click.secho(f"{folder.name}", bold=True)
        for lang in target_languages(source):
            catalogue = read_catalogue(po_path(folder, lang), lang)
            click.echo(status_line(lang, count(units_of_course(source), catalogue)))
            for part, units in units_by_part(source):
                click.echo(status_line(f"  {part or '(course, glossary)'}", count(units, catalogue)))


def status_line(name: str, progress: Progress) -> str:
    """One row of the status table."""
    return (
        f"{name:<32} {progress.percent:>3} %  of {progress.total:>4}: {progress.reviewed} reviewed, "
        f"{progress.draft} draft, {progress.stale} stale, {progress.missing} missing"
    )


def course_folders(courses: Sequence[Path]) -> list[Path]:
    """The course folders named, or all in courses/."""
    if courses:
        return [course.resolve() for course in courses]
    found = sorted(path.parent for path in Path("courses").glob("*/course.toml"))
    if not found:
        raise click.ClickException("There is no course here. Name a course folder.")
    return found


def read_source(folder: Path) -> CourseSource:
    """Read a course; stop with its faults where it cannot be read."""
    source = read_course(folder)
    if source.course is None:
        print_faults(folder, source.faults)
        raise click.ClickException(f"{folder.name} cannot be read. Mend the faults above first.")
    return source


def target_languages(source: CourseSource) -> list[str]:
    """The languages a course is translated into."""
    values = source.toml.values
    return [lang for lang in values.get("languages", []) if lang != values.get("language")]


def print_faults(folder: Path, faults: Iterable[Fault]) -> int:
    """Print faults as `path:line: what is wrong` with the cure below; give their number."""
    found = list(faults)
    for fault in found:
        click.secho(f"{_shown(folder)}/{fault.path}:{fault.line}: {fault.message}", fg="red")
        click.echo(f"    {fault.cure}")
    return len(found)


def _shown(folder: Path) -> str:
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


if __name__ == "__main__":
    courses()
