"""Measures the server time of every page for people who are signed in, over the large made-up school.

In one process, on the application as it is served, warm, spread over classes and people: p50 and p95 of the time
to the first byte, p95 of the processor time of application and database, and the number of queries. Prints a table
for each database, writes build/bench_pages.json, and ends with 1 when a page takes longer than it may or is missing
from tests/pages.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lms.app import create_app  # noqa: E402
from lms.core.db import db  # noqa: E402
from lms.web import settle  # noqa: E402
from tests.pages import PAGES, Page, Spot, missing_pages, sign_in_as, spots  # noqa: E402
from tests.postgres.cluster import running_cluster  # noqa: E402
from tests.system import passerelle, site_environment  # noqa: E402

WARM_UP = 5
SPOTS = 60


@dataclass
class Times:
    """What was measured of one page."""

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    size: int = 0

    def figures(self) -> dict[str, Any]:
        return {
            "p50": rank(self.wall, 50), "p95": rank(self.wall, 95), "cpu_p95": rank(self.own, 95),
            "queries": max(self.queries), "kB": round(self.size / 1000, 1), "n": len(self.wall),
        }  # fmt: skip


def rank(values: list[float], percent: int) -> float:
    """The nearest rank."""
    ordered = sorted(values)
    return round(ordered[max(0, -(-percent * len(ordered) // 100) - 1)], 1)


class Watch:
    """Counts the queries of an engine, and the processor time of this process and of its part of the database."""

    def __init__(self) -> None:
        self.count = 0
        self._backends: set[Path] = set()
        event.listen(db.engine, "before_cursor_execute", self._one)
        if db.engine.dialect.name == "postgresql":
            event.listen(db.engine, "connect", self._connected)

    def _one(self, *_: object) -> None:
        self.count += 1

    def _connected(self, connection: Any, _record: object) -> None:
        """The process that works for this connection, where it runs on this machine."""
        self._backends.add(Path(f"/proc/{connection.info.backend_pid}/schedstat"))

    def processor_ms(self) -> float:
        """Milliseconds so far."""
        database = sum(int(one.read_text().split()[0]) for one in self._backends if one.exists())
        return time.process_time() * 1000 + database / 1_000_000


class Measure:
    """Asks for pages as people of the large school."""

    def __init__(self, app: Flask, requests: int) -> None:
        self._app, self._requests = app, requests
        self._clients: dict[int, FlaskClient] = {}
        with app.app_context():
            self.watch = Watch()
            self._spots = spots(seed=1, number=SPOTS)
            # Nobody holds up the measurement by signing in.
            for spot in self._spots:
                for person in spot.people.values():
                    if person not in self._clients:
                        self._clients[person] = sign_in_as(app, person)

    def page(self, page: Page) -> Times:
        """A few requests to warm up, then as many as were asked for, each at the next class that has the page."""
        places = [(spot, address) for spot in self._spots if (address := spot.address(page)) is not None]
        if not places:
            raise SystemExit(f"No class of this database has anything to show at {page.path}.")
        times = Times()
        for number in range(-WARM_UP, self._requests):
            spot, address = places[number % len(places)]
            self._ask(page, spot, address, times if number >= 0 else Times())
        return times

    def _ask(self, page: Page, spot: Spot, address: str, times: Times) -> None:
        client = self._clients[spot.people[page.who]]
        if page.then:
            address = follow(client, page, address)
        self.watch.count = 0
        own, begun = self.watch.processor_ms(), time.perf_counter()
        answer = client.get(address, buffered=False)
        times.wall.append((time.perf_counter() - begun) * 1000)
        times.own.append(self.watch.processor_ms() - own)
        times.queries.append(self.watch.count)
        times.size = max(times.size, len(answer.get_data()))
        answer.close()
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered with {answer.status_code} to a {page.who}.")


def follow(client: FlaskClient, page: Page, address: str) -> str:
    """The link in this page that is measured, or the page itself where there is none."""
    found = re.search(page.then, client.get(address).get_data(as_text=True))
    return urljoin(address, unescape(found.group(1))) if found else address


def rows(only: list[str] | None) -> Iterator[tuple[str, Page]]:
    """The pages to measure, each under a name."""
    for endpoint, pages in PAGES.items():
        for page in pages:
            if not only or any(one in endpoint for one in only):
                yield f"{page.who:<11} {page.path}{' → next page' if page.then else ''}", page


def mark_of(engine: str, arguments: argparse.Namespace) -> str | None:
    """What says that the large school is in the database that is measured; None: this database is always new."""
    if engine == "sqlite":
        return ""
    # The address holds a password.
    return hashlib.sha256(arguments.postgres.encode()).hexdigest() if arguments.postgres else None


@contextmanager
def database(engine: str, folder: Path, arguments: argparse.Namespace) -> Iterator[dict[str, str]]:
    """The environment of a site whose database holds the large school: made anew, or one that is kept."""
    with ExitStack() as stack:
        more = {"PASSERELLE_HOSTS": "localhost"}
        if engine == "postgresql":
            url = arguments.postgres or stack.enter_context(running_cluster()).new_database()
            more |= {
                "PASSERELLE_DATABASE_URL": url,
                "PASSERELLE_SECRET_KEY": "for the measurement only: " + "7" * 32,
            }
        instance = folder / engine
        instance.mkdir(parents=True, exist_ok=True)
        environment = site_environment(instance, **more)
        made, mark = instance / "made", mark_of(engine, arguments)
        passerelle("prepare", environment=environment, timeout=600)
        if mark is None or not made.exists() or made.read_text(encoding="utf-8") != mark:
            print(f"Making the large school in {engine}; some minutes.", flush=True)
            begun = time.monotonic()
            scale = (f"--{name}={getattr(arguments, name)}" for name in ("cohorts", "students", "weeks"))
            passerelle("demo", "--large", *scale, environment=environment, timeout=7200)
            print(f"Made in {time.monotonic() - begun:.0f} s.", flush=True)
            if mark is not None:
                made.write_text(mark, encoding="utf-8")
        yield environment


def measure(engine: str, environment: dict[str, str], arguments: argparse.Namespace) -> dict[str, Any]:
    """The table of one database."""
    os.environ.update({name: value for name, value in environment.items() if name.startswith("PASSERELLE_")})
    app = create_app()
    settle(app)
    if missing := missing_pages(app):
        raise SystemExit(f"tests/pages.py has no entry for: {', '.join(missing)}.")
    asking = Measure(app, arguments.requests)
    print(f"\n{engine}; load average {os.getloadavg()[0]:.1f}; milliseconds")
    print(f"{'p50':>6} {'p95':>6} {'CPU p95':>8} {'queries':>8} {'kB':>6}   who, page")
    found = {}
    for name, page in rows(arguments.only):
        found[name] = one = asking.page(page).figures() | {"budget": page.budget}
        late = f"   OVER {page.budget}" if is_late(one, arguments) else ""
        print(
            f"{one['p50']:6} {one['p95']:6} {one['cpu_p95']:8} {one['queries']:8} {one['kB']:6}   {name}{late}",
            flush=True,
        )
    with app.app_context():
        db.engine.dispose()
    for name in environment:
        if name.startswith("PASSERELLE_"):
            del os.environ[name]
    return found


def is_late(figures: dict[str, Any], arguments: argparse.Namespace) -> bool:
    """Whether this page is over its budget."""
    return float(figures["cpu_p95" if arguments.busy else "p95"]) > figures["budget"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--engine", choices=("sqlite", "postgresql"), nargs="*", default=["sqlite", "postgresql"]
    )
    parser.add_argument("--requests", type=int, default=40, help="for each page, after the warm-up")
    parser.add_argument("--only", nargs="*", help="only endpoints with one of these words; writes no file")
    parser.add_argument(
        "--busy", action="store_true", help="judge by processor time: other work goes on on this machine"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="keep what is made here, or use what is kept here; in PostgreSQL with --postgres only",
    )
    parser.add_argument("--postgres", help="the address of a database to use instead of a server of its own")
    parser.add_argument("--cohorts", type=int, default=200)
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--weeks", type=int, default=40)
    arguments = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as name:
        for engine in arguments.engine:
            with database(engine, arguments.folder or Path(name), arguments) as environment:
                results[engine] = measure(engine, environment, arguments)
    late = [name for pages in results.values() for name, one in pages.items() if is_late(one, arguments)]
    print(f"\n{len(late)} over their budget{' of processor time' if arguments.busy else ''}.")
    if not arguments.only:
        target = ROOT / "build" / "bench_pages.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
