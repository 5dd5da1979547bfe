"""The grader's clients: the real sandbox service, one for the whole run, or the harness in a subprocess."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.grading.service import sandbox_client
from sandbox.client import SandboxClient
from tests.grading.local import LocalClient


@pytest.fixture(scope="session")
def service() -> Iterator[SandboxClient]:
    """The service that runs here, or one started for these tests; an error without Docker."""
    with sandbox_client() as client:
        yield client


@pytest.fixture
def local(tmp_path: Path) -> LocalClient:
    """The harness without a container."""
    return LocalClient(tmp_path)
