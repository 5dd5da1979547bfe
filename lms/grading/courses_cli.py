"""`passerelle courses`: the catalogue's tools, with a check that also runs every solution, starter and wrong sample."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import click

from lms.catalog.check import static_check
from lms.catalog.cli import (
    COURSES,
    course_folders,
    extract_command,
    print_faults,
    read_source,
    status_command,
)
from lms.catalog.model import Course, Fault
from lms.catalog.parse import read_exercise
from lms.grading.dynamic import check_exercise
from lms.grading.record import NotRecorded, record_suite, write_lock
from lms.grading.service import NoSandboxError, sandbox_client
from sandbox.client import SandboxClient

AT_ONCE = 3


@click.group()
def courses() -> None:
    """Check courses, extract the texts to translate, and show what is translated."""


courses.add_command(extract_command)
courses.add_command(status_command)


@courses.command("check")
@COURSES
@click.option(
    "--run/--no-run", default=True, help="Also run solutions, starters and wrong samples in the sandbox."
)
@click.option(
    "--repeat", default=1, show_default=True, help="Run each so often; all runs must give one verdict."
)
def check_command(courses: tuple[Path, ...], *, run: bool, repeat: int) -> None:
    """Find every fault of a course: file, line and cure.

    COURSE is a course folder; without one, every folder in courses/ is checked.
    """
    folders = course_folders(courses)
    number = sum(print_faults(folder, static_check(folder)) for folder in folders)
    if run and not number:
        try:
            with ExitStack() as stack:
                client = stack.enter_context(sandbox_client())
                number = sum(
                    print_faults(folder, _running_faults(folder, client, repeat)) for folder in folders
                )
        except NoSandboxError as error:
            raise click.ClickException(f"{error} With --no-run only the files are checked.") from error
    if number:
        raise click.ClickException(f"Faults found: {number}.")
    click.echo("No faults.")


@courses.command("record")
@COURSES
def record_command(courses: tuple[Path, ...]) -> None:
    """Run the solutions against their ordinary tests and write each suite.lock.

    COURSE is a course folder or one exercise folder; without one, every folder in courses/ is recorded.
    """
    failed = 0
    try:
        with sandbox_client() as client:
            for folder in _suite_folders(courses):
                failed += not _record(folder, client)
    except NoSandboxError as error:
        raise click.ClickException(str(error)) from error
    if failed:
        raise click.ClickException(f"Not recorded: {failed}.")


def _suite_folders(given: tuple[Path, ...]) -> Iterator[Path]:
    """Every exercise folder with tests, in the courses or exercises that were named."""
    for folder in course_folders(given):
        if (folder / "exercise.toml").is_file():
            yield folder
        else:
            yield from sorted(tests.parent for tests in folder.glob("*/*/tests") if tests.is_dir())


def _record(folder: Path, client: SandboxClient) -> bool:
    exercise, faults = read_exercise(folder)
    if exercise is None:
        print_faults(folder, faults)
        return False
    try:
        suite = record_suite(exercise, client)
    except NotRecorded as error:
        click.echo(f"{exercise.key}: {error}", err=True)
        return False
    changed = write_lock(exercise, suite, folder)
    click.echo(f"{exercise.key}: {len(suite.tests)} tests, " + ("written." if changed else "unchanged."))
    return True


def _running_faults(folder: Path, client: SandboxClient, repeat: int) -> Iterator[Fault]:
    course: Course | None = read_source(folder).course
    exercises = tuple(course.exercises) if course is not None else ()
    if not exercises:
        return
    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        click.progressbar(
            pool.map(lambda exercise: list(check_exercise(exercise, client, repeat=repeat)), exercises),
            length=len(exercises), label=f"Running {folder.name}", file=sys.stderr,
        ) as results,
    ):  # fmt: skip
        for faults in results:
            yield from faults
