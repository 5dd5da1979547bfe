"""`passerelle try`: grade files against an exercise, without a database."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TextIO

import click

from lms.catalog.model import Exercise
from lms.catalog.parse import read_exercise
from lms.grading.messages import OUTCOME_WORDS, sentence, slip_sentence
from lms.grading.outcome import Outcome
from lms.grading.patience import grade_patiently
from lms.grading.runner import grade
from lms.grading.service import NoSandboxError, sandbox_client
from lms.grading.verdict import TestResult, Verdict, verdict_to_json
from sandbox.client import SandboxClient

MAX_FILE_BYTES = 1_000_000
USAGE_OR_OUR_FAULT = 2


class BadRequestError(Exception):
    """What was asked for cannot be graded; the text says why."""


@click.command("try")
@click.argument(
    "exercise_folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
@click.option(
    "--batch", type=click.File("r", encoding="utf-8"), help="Grade many: a JSON object on each line."
)
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="Hand-ins at a time.")
@click.pass_context
def try_command(
    context: click.Context,
    *,
    exercise_folder: Path | None,
    files: tuple[Path, ...],
    as_json: bool,
    batch: TextIO | None,
    jobs: int,
) -> None:
    """Grade FILES against the exercise in EXERCISE_FOLDER, as the site would, and print each test.

    The exit code is 0 when all tests pass, 1 when not, 2 when nothing could be graded.

    \b
    With --batch, each line is {"id": ..., "exercise": folder, "files": {name: text}}; the answers are
    printed as lines {"id": ..., "verdict": {...}} or {"id": ..., "error": text}, in the same order. The
    exit code is then 0 when every line was graded, and 2 when not.
    """
    if (batch is None) == (exercise_folder is None):
        raise click.UsageError("Give an exercise folder and files, or --batch.")
    if batch is None and not files:
        raise click.UsageError("Give at least one file to grade.")
    try:
        with ExitStack() as stack:
            if batch is not None:
                client = stack.enter_context(sandbox_client())
                context.exit(_run_batch(batch, client, jobs))
            assert exercise_folder is not None  # noqa: S101  (one of the two is given: checked above)
            exercise = _exercise(exercise_folder)
            taken = _files(exercise, files)
            client = stack.enter_context(sandbox_client())
            verdict = grade(exercise, taken, client, None if as_json else _print_test)
    except (BadRequestError, NoSandboxError) as error:
        click.echo(f"Error: {error}", err=True)
        context.exit(USAGE_OR_OUR_FAULT)
    if as_json:
        click.echo(json.dumps(verdict_to_json(verdict), ensure_ascii=False))
    else:
        _print_verdict(verdict)
    context.exit(_exit_code(verdict))


def _exit_code(verdict: Verdict) -> int:
    if verdict.outcome is Outcome.OUR_FAULT:
        return USAGE_OR_OUR_FAULT
    return 0 if verdict.outcome is Outcome.PASSED else 1


def _exercise(folder: Path) -> Exercise:
    exercise, faults = read_exercise(folder)
    if exercise is None:
        raise BadRequestError("\n".join(str(fault) for fault in faults) or f"{folder} holds no exercise.")
    return exercise


def _files(exercise: Exercise, paths: tuple[Path, ...]) -> dict[str, str]:
    """The files by the exercise's names; one file for an exercise of one file may have any name."""
    if len(paths) == 1 and len(exercise.files) == 1:
        return {exercise.files[0]: _text(paths[0])}
    taken = {_name_in(exercise, path): _text(path) for path in paths}
    if unknown := sorted(taken.keys() - set(exercise.files)):
        raise BadRequestError(f"{unknown[0]} is not a file of this exercise: {', '.join(exercise.files)}.")
    return taken


def _name_in(exercise: Exercise, path: Path) -> str:
    """The exercise's own name for a file: of those in folders, the one whose path the file's ends with."""
    own = [name for name in exercise.files if f"/{path.as_posix()}".endswith(f"/{name}")]
    return max(own, key=len) if own else path.name


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise BadRequestError(f"{path} is too large.")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadRequestError(f"{path} is not UTF-8 text.") from error


def _print_test(test: TestResult) -> None:
    mark = "✓" if test.outcome is Outcome.PASSED else "✗"
    click.echo(f"{mark} {test.name}" + ("  (hidden)" if test.hidden else ""))
    if test.outcome is Outcome.PASSED:
        return
    if test.message is not None:
        click.echo(f"    {sentence(test.message)}")
    for label, text in (
        ("expected", test.expected), ("got", test.got), ("test says", test.detail), ("hint", test.hint),
    ):  # fmt: skip
        if text is not None:
            click.echo(f"    {label}: {_indented(text)}")


def _print_verdict(verdict: Verdict) -> None:
    for broken in verdict.rules:
        where = f" (line {broken.line})" if broken.line is not None else ""
        click.echo(f"✗ rule: {broken.wanted.replace('_', ' ')} use {broken.construct}{where}")
    if verdict.message is not None:
        click.echo(sentence(verdict.message))
    if verdict.traceback:
        click.echo(verdict.traceback.rstrip())
    for slip in verdict.slips:
        click.echo(slip_sentence(slip))
    for hint in verdict.hints:
        click.echo(f"Hint: {hint}")
    passed = sum(test.outcome is Outcome.PASSED for test in verdict.tests)
    words = OUTCOME_WORDS[verdict.outcome]
    earned, possible = verdict.points
    points = f", {earned} of {possible} points" if possible != len(verdict.tests) else ""
    click.echo(f"{words}: {passed} of {len(verdict.tests)} tests{points}, {verdict.duration_ms} ms")


def _indented(text: str) -> str:
    return text.rstrip("\n").replace("\n", "\n              ")


def _run_batch(lines: TextIO, client: SandboxClient, jobs: int) -> int:
    """Grade line by line with a bounded number in work; answers keep the order of the lines."""
    batch = _Batch(client)
    all_graded = True
    with ThreadPoolExecutor(jobs) as pool:
        for answer in batch.answers(pool, (line for line in lines if line.strip()), ahead=jobs * 2):
            verdict = answer.get("verdict")
            graded = isinstance(verdict, dict) and verdict["outcome"] != Outcome.OUR_FAULT
            all_graded = all_graded and graded
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    return 0 if all_graded else USAGE_OR_OUR_FAULT


class _Batch:
    """Grades lines; each exercise is read once."""

    def __init__(self, client: SandboxClient) -> None:
        self._client = client
        self._exercises: dict[str, Exercise] = {}

    def answers(
        self, pool: ThreadPoolExecutor, lines: Iterator[str], ahead: int
    ) -> Iterator[dict[str, object]]:
        """The answers in the order of the lines, with at most `ahead` lines read before their turn."""
        waiting = deque(pool.submit(self._answer, line) for line in islice(lines, ahead))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(self._answer, line) for line in islice(lines, 1))

    def _answer(self, line: str) -> dict[str, object]:
        """The answer to one line; a bad line answers an error and stops nothing."""
        name: object = None
        try:
            request = _request(line)
            name = request.get("id")
            folder, files = _wanted(request)
            if folder not in self._exercises:
                self._exercises[folder] = _exercise(Path(folder))
            verdict = grade_patiently(self._exercises[folder], files, self._client)
        except (BadRequestError, OSError) as error:
            return {"id": name, "error": str(error)}
        return {"id": name, "verdict": verdict_to_json(verdict)}


def _request(line: str) -> dict[str, object]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"This line is not JSON: {error}") from error
    if not isinstance(request, dict):
        raise BadRequestError("This line is not a JSON object.")
    return request


def _wanted(request: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    folder, files = request.get("exercise"), request.get("files")
    if not isinstance(folder, str) or not Path(folder).is_dir():
        raise BadRequestError('"exercise" must be the path of an exercise folder.')
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BadRequestError('"files" must be an object of texts by file name.')
    return folder, files
