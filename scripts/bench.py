"""Measures the budgets of docs/architecture.md on this machine, beside plain baselines in the same run.

Each figure is printed as a row (median, p95, budget) and written to build/bench.json as
{"name": {"median": …, "p95": …, "unit": …, "n": …}}.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lms.grading.service import sandbox_client  # noqa: E402
from scripts import bench_suite  # noqa: E402
from tests.system import BENCH_EXERCISE, Person, Site, demo_code, running_site  # noqa: E402

SOLUTION = (ROOT / "courses" / BENCH_EXERCISE / "solution.py").read_text()
BRIDGED = (bench_suite.EXERCISE, bench_suite.PROGRAM)
LESSON = "/courses/" + BENCH_EXERCISE.rpartition("/")[0]
BUDGETS = {
    "submit_to_verdict": "median ≤ 100, p95 ≤ 200",
    "burst_30": "p95 ≤ 2000",
    "sustained": "≥ 3",
    "bridged_call": "median ≤ 2",
    "bridged_suite": "median ≤ 250",
    "lesson_page": "median ≤ 15, p95 ≤ 50",
    "first_visit_bytes": "≤ 60000",
    "baseline_docker_run": "(baseline)",
    "baseline_cold_kernel": "(baseline)",
}
RATE = 50  # lesson pages a second


def figure(values: list[float], unit: str) -> dict[str, Any]:
    """Median and 95th percentile (nearest rank) of the values, in `unit`."""
    ordered = sorted(values)
    rank = max(0, -(-95 * len(ordered) // 100) - 1)
    return {
        "median": round(statistics.median(ordered), 3), "p95": round(ordered[rank], 3), "unit": unit, "n": len(ordered),
    }  # fmt: skip


def milliseconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000


def solve(person: Person, exercise: str = BENCH_EXERCISE, solution: str = SOLUTION) -> None:
    """Hand in the right answer and insist on the right verdict."""
    handed_in = person.hand_in(exercise, solution, uuid.uuid4().hex)
    verdict = person.verdict(handed_in["events"])
    if verdict["outcome"] != "passed":
        raise AssertionError(f"a right answer ended as {verdict['outcome']}")


def people(site: Site, count: int) -> list[Person]:
    code = demo_code(site.environment)
    made = []
    for number in range(count):
        person = Person(site.url, f"Bench {number} {uuid.uuid4().hex[:6]}")
        person.join(code)
        person.get(f"/courses/{BENCH_EXERCISE}")
        made.append(person)
    return made


def submit_to_verdict(student: Person, count: int, *work: str) -> dict[str, Any]:
    """One student hands in again and again, a breath apart, so that the pool is warm."""
    values = []
    for number in range(count + 5):
        taken = milliseconds(lambda: solve(student, *work))
        if number >= 5:
            values.append(taken)
        time.sleep(1.2)
    return figure(values, "ms")


def burst(students: list[Person], seconds: float = 5.0) -> dict[str, Any]:
    """Every student hands in once, spread evenly over `seconds`."""
    values: list[float] = []
    faults: list[str] = []

    def one(number: int, student: Person) -> None:
        time.sleep(number * seconds / len(students))
        try:
            values.append(milliseconds(lambda: solve(student)))
        except (AssertionError, httpx.HTTPError) as error:
            faults.append(repr(error))

    run_all([threading.Thread(target=one, args=pair) for pair in enumerate(students)])
    if faults:
        raise AssertionError(f"burst: {len(faults)} of {len(students)} went wrong: {faults[0]}")
    return figure(values, "ms")


def sustained(students: list[Person], count: int, at_once: int = 6) -> dict[str, Any]:
    """`count` hand-ins, `at_once` under way at any moment; the figure is verdicts per second over windows of 20."""
    ends: list[float] = []
    faults: list[str] = []
    todo = iter(range(count))
    lock = threading.Lock()

    def work(student: Person) -> None:
        while True:
            with lock:
                if next(todo, None) is None:
                    return
            try:
                solve(student)
            except (AssertionError, httpx.HTTPError) as error:
                faults.append(repr(error))
            ends.append(time.perf_counter())

    begun = time.perf_counter()
    run_all([threading.Thread(target=work, args=(student,)) for student in students[:at_once]])
    if faults:
        raise AssertionError(f"sustained: {len(faults)} of {count} went wrong: {faults[0]}")
    ends.sort()
    marks = [begun, *ends[19::20]]
    rates = [20 / (after - before) for before, after in pairwise(marks)]
    result = figure(rates, "per second")
    result["median"] = round(count / (ends[-1] - begun), 3)
    result["p95"] = round(min(rates), 3)  # the slowest window
    result["n"] = count
    return result


def lesson_page(student: Person, count: int) -> dict[str, Any]:
    """The lesson page over HTTP on loopback, asked for RATE times a second."""
    for _ in range(10):
        student.get(LESSON)
    values = []
    begun = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        values.append(milliseconds(lambda: student.client.get(LESSON).raise_for_status()))
    return figure(values, "ms")


ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def first_visit_bytes(student: Person) -> dict[str, Any]:
    """Compressed bytes of the lesson page and of each asset it names, scripts that those import included."""
    headers = {"Accept-Encoding": "gzip"}
    with httpx.Client(base_url=student.site_url, cookies=student.client.cookies, headers=headers) as visitor:
        seen: set[str] = set()
        total = 0

        def fetch(path: str) -> None:
            nonlocal total
            if path in seen or "/editor/" in path:
                return
            seen.add(path)
            with visitor.stream("GET", path) as answer:
                answer.raise_for_status()
                raw = b"".join(answer.iter_raw())
                packed = answer.headers.get("Content-Encoding") == "gzip"
                size = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
            total += len(raw) + size
            text = (gzip.decompress(raw) if packed else raw).decode("utf-8", "replace")
            for asset in ASSET.findall(text):
                fetch(asset)
            for module in re.findall(r'(?:from|import)\s*\(?"(\./[^"]+)"', text):
                fetch(path.rpartition("/")[0] + module[1:])

        fetch(LESSON)
    return {"median": total, "p95": total, "unit": "bytes", "n": 1}


def baseline_docker_run(image: str, count: int) -> dict[str, Any]:
    """`docker run` of the same answer and the same ten calls in plain Python: no kernel, no limits, no verdict."""
    code = SOLUTION + "\nfor _ in range(10): pass\n"
    command = ["docker", "run", "--rm", "--network", "none", "--entrypoint", "python3", image, "-c", code]
    subprocess.run(command, check=True, capture_output=True)
    return figure(
        [
            milliseconds(lambda: subprocess.run(command, check=True, capture_output=True))
            for _ in range(count)
        ],
        "ms",
    )


def baseline_cold_kernel(count: int) -> dict[str, Any]:
    """A local Jupyter kernel, started, asked to run the answer, and shut down: no container at all."""

    # The kernel warns that it uses TCP, which is what the plain baseline does.
    logging.getLogger("traitlets").setLevel(logging.ERROR)

    def once() -> None:
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(extra_arguments=["--IPKernelApp.log_level=40"])
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=30)
            client.execute_interactive(SOLUTION, timeout=30)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    once()
    return figure([milliseconds(once) for _ in range(count)], "ms")


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)


def show(name: str, result: dict[str, Any]) -> None:
    median, p95 = result["median"], result["p95"]
    print(
        f"{name:22} {median:>10g} {p95:>10g} {result['unit']:>11} {result['n']:>5}   {BUDGETS[name]}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, for a first look")
    parser.add_argument(
        "--only", nargs="*", choices=list(BUDGETS), help="measure these rows alone; writes no file"
    )
    arguments = parser.parse_args()
    scale = 5 if arguments.quick else 1
    results: dict[str, Any] = {}

    def record(name: str, measure: Callable[[], dict[str, Any]]) -> None:
        if arguments.only and name not in arguments.only:
            return
        results[name] = measure()
        show(name, results[name])

    print(
        "Measuring on this machine; about five minutes. Times are milliseconds unless a row says otherwise."
    )
    print(f"{'what':22} {'median':>10} {'p95':>10} {'unit':>11} {'n':>5}   budget")
    with tempfile.TemporaryDirectory(prefix="passerelle-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        with sandbox_client() as client:
            record("bridged_call", lambda: figure(bench_suite.call_times(client), "ms"))
            courses = bench_suite.courses_with_suite(ROOT / "courses", folder, client)
        site = stack.enter_context(running_site(folder, PASSERELLE_COURSES_DIR=str(courses)))
        students = people(site, 30)
        record("lesson_page", lambda: lesson_page(students[0], 500 // scale))
        record("first_visit_bytes", lambda: first_visit_bytes(students[0]))
        record("submit_to_verdict", lambda: submit_to_verdict(students[0], 50 // scale))
        record("bridged_suite", lambda: submit_to_verdict(students[0], 50 // scale, *BRIDGED))
        record("burst_30", lambda: burst(students))
        record("sustained", lambda: sustained(students, 200 // scale))
    record("baseline_docker_run", lambda: baseline_docker_run("passerelle-python:local", 20 // scale))
    record("baseline_cold_kernel", lambda: baseline_cold_kernel(10 // scale))
    if arguments.only:
        return 0
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"Written: {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
