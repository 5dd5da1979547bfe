"""The whole system, started as a school starts it, and people who use it over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

ROOT = Path(__file__).resolve().parent.parent
BENCH_EXERCISE = "first-steps-python/08-functions/ticket-price"
PIN = "482913"
CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def passerelle(
    *arguments: str, environment: dict[str, str], timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run one command of the program and fail loudly when it does."""
    return subprocess.run(
        [sys.executable, "-m", "lms.cli", *arguments],
        cwd=ROOT, env=environment, timeout=timeout, check=True, capture_output=True, text=True,
    )  # fmt: skip


def site_environment(instance: Path, **more: str) -> dict[str, str]:
    """The environment of a site of its own: database, sockets and label all below `instance`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PASSERELLE_")}
    return {**clean, "PASSERELLE_INSTANCE_DIR": str(instance), **more}


@dataclass
class Site:
    """A running system: its address, its environment, and the supervisor's process."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def children(self) -> dict[str, int]:
        """The pids of the supervisor's processes by what they are: `sandbox` and `web`."""
        found: dict[str, int] = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                status = (entry / "stat").read_text()
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if int(status.rpartition(")")[2].split()[1]) == self.process.pid and "lms.cli" in words:
                found[words[words.index("lms.cli") + 1]] = int(entry.name)
        return found

    def wait_ready(self, seconds: float = 60) -> None:
        """Wait until the site answers and its sandbox says that it can run student code."""
        deadline = time.monotonic() + seconds
        last = ""
        while time.monotonic() < deadline:
            try:
                answer = httpx.get(f"{self.url}/healthz/sandbox", timeout=5)
                last = answer.text
                if answer.status_code == 200 and answer.json().get("sandbox") == "ok":
                    return
            except (httpx.HTTPError, json.JSONDecodeError) as error:
                last = repr(error)
            time.sleep(0.1)
        raise TimeoutError(f"the site is not ready after {seconds} s: {last}\n{self.log.read_text()[-3000:]}")


@contextmanager
def running_site(instance: Path, *, wait: bool = True, **more: str) -> Iterator[Site]:
    """Prepare a site with the demonstration school in `instance`, serve it, and stop it at the end."""
    instance.mkdir(parents=True, exist_ok=True)
    environment = site_environment(instance, **more)
    passerelle("prepare", "--demo", environment=environment)
    port = free_port()
    log = instance / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "lms.cli", "serve", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    site = Site(f"http://127.0.0.1:{port}", environment, process, log)
    try:
        if wait:
            site.wait_ready()
        yield site
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


@dataclass
class Person:
    """Someone with a browser of her own, over plain HTTP."""

    site_url: str
    name: str
    client: httpx.Client = field(init=False)
    token: str = ""

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.site_url, timeout=30, headers={"Accept-Language": "en"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.client.close()

    def get(self, path: str) -> httpx.Response:
        """Open a page, and remember its CSRF token."""
        answer = self.client.get(path, follow_redirects=True)
        found = CSRF.search(answer.text)
        if found:
            self.token = found[1]
        return answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form as a browser does."""
        answer = self.client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=True)
        found = CSRF.search(answer.text)
        if found:
            self.token = found[1]
        return answer

    def join(self, code: str) -> None:
        """Join a class by its code under this name."""
        self.get("/join")
        self.post("/join", code=code)
        answer = self.post("/join/name", name=self.name, secret=PIN, again=PIN)
        if "/courses" not in str(answer.url):
            raise AssertionError(f"joining ended at {answer.url}: {answer.text[:500]}")

    def hand_in(self, exercise: str, code: str, client_key: str) -> dict[str, Any]:
        """Hand in one file; the answer holds `id`, `url` and `events`."""
        answer = self.client.post(
            f"/courses/{exercise}/submissions",
            json={"files": {"solution.py": code}, "client_key": client_key},
            headers={"X-CSRFToken": self.token, "Accept": "application/json"},
        )
        if answer.status_code not in (200, 201):
            raise AssertionError(f"handing in answered {answer.status_code}: {answer.text[:500]}")
        body: dict[str, Any] = answer.json()
        return body

    def events(self, url: str) -> Iterator[dict[str, Any]]:
        """The lines of a hand-in's event stream up to the verdict."""
        with self.client.stream("GET", url, headers={"Accept": "application/x-ndjson"}) as answer:
            for line in answer.iter_lines():
                if line.strip():
                    yield json.loads(line)

    def verdict(self, url: str) -> dict[str, Any]:
        """Wait for the verdict of a hand-in."""
        for line in self.events(url):
            if line["type"] == "verdict":
                return line
        raise AssertionError("the stream ended without a verdict")


def demo_code(environment: dict[str, str]) -> str:
    """The join code of the demonstration school's class."""
    text = passerelle("demo", environment=environment).stdout
    found = re.search(r"\b[2-9A-HJ-NP-Z]{4}[- ]?[2-9A-HJ-NP-Z]{4}\b", text)
    if found is None:
        raise AssertionError(f"no class code in: {text}")
    return found[0]


def run_in(site: Site, *arguments: str) -> str:
    """A program with the site's environment; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=site.environment, timeout=300, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
