"""Hostile hand-ins against the real service: none passes, none tells a hidden input, the next run is healthy."""

from __future__ import annotations

import dataclasses
import functools
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from lms.catalog.model import Exercise, Place, Rules, Suite
from lms.grading.outcome import Outcome
from lms.grading.record import record_suite
from lms.grading.runner import grade
from lms.grading.verdict import TestResult, Verdict, verdict_to_json
from sandbox.client import SandboxClient
from sandbox.messages import Done, Result
from tests.attacks import answers, cells, checks, escapes, nearly, shapes, suites
from tests.attacks.checks import Attack
from tests.attacks.conftest import Row
from tests.grading.exercises import call, exercise

pytestmark = pytest.mark.docker

CANARY = checks.CANARY
SHAPED = frozenset({"failed", "error", "time_limit", "memory_limit", "output_limit"})
DOUBLE = exercise(
    call(0, "double(3)", "6"),
    call(1, "double(0)", "0"),
    call(2, f"double({CANARY})", str(2 * CANARY), name="Large", hidden=True, hint="Try large numbers too."),
)
ADD = exercise(
    call(0, "add([1, 2])", "3"), rules=Rules(must_use=("for",), must_not_use=("while", "call:sum"))
)


def with_tests(slug: str, honest: str, tests: str) -> Exercise:
    """An exercise with ordinary tests, not recorded yet."""
    return Exercise(
        slug=slug, key=f"attacks/01/{slug}", title=slug, kernel="python", files=("solution.py",),
        starter={"solution.py": ""}, solution={"solution.py": honest}, wrong={}, checks=(), rules=Rules(),
        mistakes=(), statement="", version="1", place=Place("", 1),
        suite=Suite({"test_solution.py": tests}, (), (), reference=False),
    )  # fmt: skip


def recorded(exercise: Exercise, service: SandboxClient) -> Exercise:
    return dataclasses.replace(exercise, suite=record_suite(exercise, service))


@dataclass(frozen=True)
class Target:
    """What hand-ins are made for: the exercise, its honest solution, and what no student may be shown."""

    group: str
    exercise: Exercise
    honest: str
    secrets: tuple[str, ...]


DOUBLING = Target(
    "checks", DOUBLE, checks.HONEST, (str(CANARY), str(2 * CANARY), format(CANARY, "x"), f"{CANARY:,}")
)
ADDING = Target("rules", ADD, answers.ADDS, ())


@pytest.fixture(scope="session")
def total(service: SandboxClient) -> Target:
    made = recorded(with_tests("total", suites.HONEST, suites.TESTS), service)
    return Target("suites", made, suites.HONEST, (suites.CANARY, "k7Qz"))


@pytest.fixture(scope="session")
def nearly_right(service: SandboxClient) -> Target:
    made = recorded(with_tests("nearly", nearly.HONEST, nearly.TESTS), service)
    return Target("nearly", made, nearly.HONEST, (nearly.CANARY, "w4Xp"))


@functools.cache
def shaped(name: str, service: SandboxClient) -> Target:
    """One of the small exercises, recorded once."""
    shape = shapes.SHAPES[name]
    made = with_tests(name, shape.honest, shape.tests)
    suite = Suite({"test_solution.py": shape.tests, **shape.beside}, (), (), reference=False)
    made = recorded(dataclasses.replace(made, suite=suite), service)
    return Target(name, made, shape.honest, shape.secrets)


def attempt(exercise: Exercise, source: str, service: SandboxClient) -> tuple[Verdict, str]:
    """The verdict, and all that a student could be shown of it."""
    seen: list[TestResult] = []
    verdict = grade(exercise, {exercise.files[0]: source}, service, seen.append)
    return verdict, json.dumps(verdict_to_json(verdict)) + "".join(map(repr, seen))


@pytest.fixture
def hold(service: SandboxClient, hurried: SandboxClient, table: list[Row]) -> Hold:
    return Hold(service, hurried, table)


@dataclass(frozen=True)
class Hold:
    """Runs an attack and an honest hand-in after it, and sees that neither gains nor loses by the other."""

    service: SandboxClient
    hurried: SandboxClient
    table: list[Row]

    def __call__(self, target: Target, name: str, attack: Attack) -> Verdict:
        begun = time.monotonic()
        verdict, shown = attempt(target.exercise, attack.source, self.hurried)
        seconds = time.monotonic() - begun
        after, said = attempt(target.exercise, target.honest, self.service)
        passed, healthy = verdict.outcome is Outcome.PASSED, after.outcome is Outcome.PASSED
        self.table.append(Row(target.group, name, verdict.outcome, passed, healthy, seconds))
        assert verdict.outcome in attack.outcomes, shown[:3000]
        assert len(verdict.tests) == target.exercise.test_count
        if verdict.outcome is not Outcome.RULE:
            assert not all(test.outcome is Outcome.PASSED for test in verdict.tests)
        assert healthy, said[:3000]
        for secret in target.secrets:
            assert secret not in shown
        return verdict


@pytest.mark.parametrize("name", checks.ATTACKS)
def test_checks_as_data_hold(hold: Hold, name: str) -> None:
    hold(DOUBLING, name, checks.ATTACKS[name])


@pytest.mark.parametrize("name", answers.FORGED)
def test_answers_that_are_right_but_for_one_thing_hold(hold: Hold, name: str) -> None:
    hold(DOUBLING, name, answers.FORGED[name])


@pytest.mark.parametrize("name", answers.RULED)
def test_rules_hold(hold: Hold, name: str) -> None:
    hold(ADDING, name, answers.RULED[name])


@pytest.mark.parametrize("name", suites.ATTACKS)
def test_ordinary_tests_hold(hold: Hold, total: Target, name: str) -> None:
    hold(total, name, suites.ATTACKS[name])


@pytest.mark.parametrize("name", nearly.ATTACKS)
def test_programs_that_are_right_but_for_one_thing_hold(hold: Hold, nearly_right: Target, name: str) -> None:
    hold(nearly_right, name, nearly.ATTACKS[name])


@pytest.mark.parametrize(
    ("shape", "name"), [(shape, name) for shape, found in shapes.SHAPES.items() for name in found.attacks]
)
def test_every_shape_of_test_holds(hold: Hold, service: SandboxClient, shape: str, name: str) -> None:
    attack = Attack(shapes.SHAPES[shape].attacks[name], SHAPED)
    hold(shaped(shape, service), name, attack)


def test_a_hidden_test_says_nothing_by_how_long_it_takes(
    hurried: SandboxClient, service: SandboxClient
) -> None:
    plain = shaped("plain", service)
    verdict, _ = attempt(plain.exercise, shapes.PLAIN.attacks["sleeps_as_long_as_the_input"], hurried)
    assert {test.duration_ms for test in verdict.tests if test.hidden} == {0}
    verdict, _ = attempt(DOUBLE, "import time\ndef double(x): time.sleep(x % 100 / 50)\n", hurried)
    assert {test.duration_ms for test in verdict.tests if test.hidden} == {0}


def test_what_breaks_the_bridge_fails_its_own_test_and_all_after_it(hold: Hold, nearly_right: Target) -> None:
    verdict = hold(nearly_right, "right_but_for_garbage", nearly.ATTACKS["right_but_for_garbage"])
    broken = [test.name for test in verdict.tests].index("test_refused")
    assert {test.outcome for test in verdict.tests[:broken]} == {Outcome.PASSED}
    assert Outcome.PASSED not in {test.outcome for test in verdict.tests[broken:]}


@pytest.mark.parametrize("name", nearly.ENDS)
def test_an_end_raised_by_a_program_is_one_failed_test(hold: Hold, nearly_right: Target, name: str) -> None:
    verdict = hold(nearly_right, name, nearly.ENDS[name])
    assert verdict.tests[0].outcome is not Outcome.PASSED
    assert {test.outcome for test in verdict.tests[1:]} == {Outcome.PASSED}


@pytest.mark.parametrize("name", cells.ATTACKS | escapes.ATTACKS)
def test_live_cells_hold(service: SandboxClient, table: list[Row], name: str) -> None:
    """A cell cannot harm what comes after it: another live session, and a graded run."""
    cell = (cells.ATTACKS | escapes.ATTACKS)[name]
    begun = time.monotonic()
    key = f"attack-{name}-{uuid.uuid4().hex}"
    with service.open(limits="live", session=key) as session:
        said = list(session.execute(cell.source, time_limit=5.0))
        seconds = time.monotonic() - begun
        after, _ = attempt(DOUBLE, checks.HONEST, service)  # while the attacker's session is still there
    done = said[-1]
    assert isinstance(done, Done)
    with service.open(limits="live", session=f"{key}-after") as session:
        answer = [part for part in session.execute(cells.HEALTHY) if isinstance(part, Result)]
    healthy = [part.data["text/plain"] for part in answer] == [
        cells.ANSWER
    ] and after.outcome is Outcome.PASSED
    table.append(Row("cells", name, done.outcome, False, healthy, seconds))
    assert done.outcome in cell.outcomes, said
    assert healthy
    shown = "".join(repr(part) for part in said)
    assert not [mark for mark in (*cells.NEVER, escapes.MARK) if mark in shown], shown[:2000]


def test_a_run_has_the_whole_of_its_time_and_no_more(service: SandboxClient) -> None:
    begun = time.monotonic()
    verdict, _ = attempt(DOUBLE, checks.ATTACKS["endless_loop"].source, service)
    assert verdict.outcome is Outcome.TIME_LIMIT
    assert 10 <= time.monotonic() - begun < 20


def test_no_run_is_given_the_verdict_of_another(hurried: SandboxClient, total: Target) -> None:
    """Hand-ins of three exercises at once, right ones and wrong ones: each has the verdict that it deserves."""
    hand_ins = [
        (DOUBLING, checks.HONEST, Outcome.PASSED),
        (DOUBLING, checks.ATTACKS["only_the_visible"].source, Outcome.FAILED),
        (ADDING, answers.ADDS, Outcome.PASSED),
        (ADDING, answers.RULED["replaces_the_search"].source, Outcome.RULE),
        (total, total.honest, Outcome.PASSED),
        (total, suites.ATTACKS["true_for_one"].source, Outcome.FAILED),
    ] * 2
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda one: attempt(one[0].exercise, one[1], hurried)[0].outcome, hand_ins))
    assert given == [expected for _, _, expected in hand_ins]


def test_what_a_live_session_holds_is_not_in_a_graded_run(service: SandboxClient) -> None:
    """Names, modules, files and a changed harness stay in the session, though it is the same person's."""
    planted = (
        "import builtins, passerelle_harness, sys, types\n"
        "builtins.double = lambda x: x * 2\n"
        "passerelle_harness.serve = lambda packed: None\n"
        "for place in ('/tmp', '/tmp/home', '/dev/shm'):\n"
        "    open(place + '/helper.py', 'w').write('double = lambda x: x * 2')\n"
        "sys.modules['helper'] = types.SimpleNamespace(double=double)\n"
    )
    seeking = (
        "import glob, sys\nsys.path += ['/tmp', '/tmp/home', '/dev/shm']\n"
        "try: from helper import double\n"
        "except ImportError: double = getattr(__builtins__, 'double', None) or (lambda x: glob.glob('/tmp/*.py'))\n"
    )
    with service.open(limits="live", session=f"planting-{uuid.uuid4().hex}") as session:
        assert list(session.execute(planted))[-1].outcome == "ok"  # type: ignore[union-attr]
        verdict, _ = attempt(DOUBLE, seeking, service)
    assert {test.outcome for test in verdict.tests} == {Outcome.FAILED}
