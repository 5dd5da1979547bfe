"""Programs that were imported: each reference passes and each starter fails, by pytest and by split grading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from lms.catalog.model import Course, Exercise
from lms.catalog.parse import read_course
from lms.grading.outcome import Outcome
from lms.grading.record import record_suite
from lms.grading.runner import grade
from lms.grading.service import sandbox_client
from sandbox.client import SandboxClient
from tests.authoring.imports import import_material
from tests.authoring.test_importing import course_with
from tests.split.oracle import Oracle

EXERCISES = ["bus-seats", "greet", "leap-day", "parcel-robot", "tea-labels", "with-tax", "word-tally"]


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as process:
        yield process


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxClient]:
    """The service that runs here, or one started for these tests; an error without Docker."""
    with sandbox_client() as client:
        yield client


@pytest.fixture
def exercises(app: Flask, tmp_path: Path) -> dict[str, Exercise]:
    """The exercises of an assignment and a track, as the catalogue reads what comes of them."""
    found: dict[str, Exercise] = {}
    for name in ("market.ipynb", "track"):
        with app.test_request_context():
            plan = import_material(name)
        course = _laid_out(tmp_path / plan.slug, course_with(plan.files))
        found |= {exercise.slug: exercise for exercise in course.exercises}
    return found


def _laid_out(folder: Path, files: dict[str, bytes]) -> Course:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    course = read_course(folder).course
    assert course is not None
    return course


def test_everything_that_was_listed_is_there(exercises: dict[str, Exercise]) -> None:
    assert sorted(exercises) == EXERCISES


@pytest.mark.parametrize("slug", EXERCISES)
def test_reference_passes_and_starter_fails(
    slug: str, exercises: dict[str, Exercise], oracle: Oracle
) -> None:
    exercise = exercises[slug]
    assert exercise.suite is not None
    right = oracle.outcomes(exercise.suite.files, exercise.solution)
    assert right
    assert set(right.values()) == {"passed"}, right
    begun = oracle.outcomes(exercise.suite.files, exercise.starter)
    assert set(begun.values()) - {"passed"}, begun


@pytest.mark.docker
@pytest.mark.parametrize("slug", EXERCISES)
def test_split_grading_says_the_same(
    slug: str, exercises: dict[str, Exercise], sandbox: SandboxClient
) -> None:
    exercise = exercises[slug]
    exercise = replace(exercise, suite=record_suite(exercise, sandbox))
    passed = grade(exercise, exercise.solution, sandbox)
    assert passed.outcome is Outcome.PASSED, passed
    failed = grade(exercise, exercise.starter, sandbox)
    assert failed.outcome not in {Outcome.PASSED, Outcome.OUR_FAULT}, failed
