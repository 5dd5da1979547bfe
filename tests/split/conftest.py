"""The exercises are material for the tests beside them: their test files run only on a program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lms.grading.service import sandbox_client
from sandbox.client import SandboxClient
from tests.split.oracle import Oracle

collect_ignore = ["exercises"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxClient]:
    """The service that runs here, or one started for these tests; an error without Docker."""
    with sandbox_client() as client:
        yield client


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """Plain pytest, loaded once; what it said of an exercise is kept for all tests."""
    with Oracle() as process:
        yield process
