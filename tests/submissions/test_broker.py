"""The doorbell over a real Redis, and the grader as a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.app import create_app
from lms.catalog.services import remember_version
from lms.core.db import db
from lms.submissions.bell import ring
from lms.submissions.models import Status
from tests.conftest import drop_all
from tests.submissions.conftest import Place, grader, make_place, make_submission, passes, status_of, wait_for

pytestmark = pytest.mark.broker


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own."""
    server = shutil.which("redis-server")
    if server is None:
        pytest.fail("redis-server is not installed: apt-get install redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_port(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("redis did not start")


@pytest.fixture
def broker_app(file_settings: dict[str, object], redis_url: str) -> Iterator[Flask]:
    application = create_app({**file_settings, "BROKER_URL": redis_url})
    with application.app_context():
        drop_all()
        db.create_all()
        yield application
        db.session.remove()
        drop_all()
        db.engine.dispose()


@pytest.fixture
def broker_place(broker_app: Flask) -> Place:
    return make_place(broker_app)


def test_a_ring_over_redis_wakes_a_grader(broker_app: Flask, broker_place: Place) -> None:
    with grader(broker_app, passes):
        time.sleep(0.5)
        row = make_submission(broker_place.school.ben.id, broker_place.exercise)
        started = time.monotonic()
        ring(row.id)
        wait_for(lambda: status_of(row.id) == Status.GRADED)
        assert time.monotonic() - started < 1.5


def test_the_stream_follows_a_grader_that_is_elsewhere(broker_app: Flask, broker_place: Place) -> None:
    answer = broker_place.hand_in()
    assert answer.json is not None
    with grader(broker_app, passes):
        lines = broker_place.client.get(answer.json["events"]).get_data(as_text=True).splitlines()
    assert '"type":"verdict"' in lines[-1]


def test_the_grader_process_ends_cleanly_on_sigterm(
    broker_app: Flask, broker_place: Place, redis_url: str, tmp_path: Path
) -> None:
    remember_version(broker_place.exercise)
    row = make_submission(broker_place.school.ben.id, broker_place.exercise)
    environment = {
        **os.environ,
        "PASSERELLE_BROKER_URL": redis_url,
        "PASSERELLE_DATABASE_URL": str(broker_app.config["SQLALCHEMY_DATABASE_URI"]),
        "PASSERELLE_INSTANCE_DIR": str(tmp_path),
        "PASSERELLE_SECRET_KEY": "kq3V9sWm2ZtB7yLd0RfUx8HcPnGaEoJi",
    }
    process = subprocess.Popen([sys.executable, "-m", "lms.cli", "grader"], env=environment)
    try:
        # There is no sandbox: the row is taken, put off, and waits.
        wait_for(lambda: status_of(row.id) == Status.QUEUED, seconds=20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait(5)
    wait_for(lambda: status_of(row.id) == Status.QUEUED)
