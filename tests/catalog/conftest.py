"""The small course that the tests of the catalogue break."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.catalog.extract import extract
from lms.catalog.model import Course
from lms.catalog.parse import read_course
from tests.catalog.builder import CourseBuilder


@pytest.fixture
def builder(tmp_path: Path) -> CourseBuilder:
    """A right course, with an extracted but empty Arabic translation."""
    built = CourseBuilder(tmp_path)
    extract(read_course(built.path), "ar")
    return built


@pytest.fixture
def course(builder: CourseBuilder) -> Course:
    """The right course, read."""
    read = read_course(builder.path).course
    assert read is not None
    return read
