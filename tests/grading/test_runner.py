"""Grading as a student meets it: every kind of check, passed and failed, and what is said about it."""

from __future__ import annotations

import json
import runpy
from dataclasses import replace

import pytest

from lms.catalog.model import Check, Mistake, Rules, Step
from lms.grading.answers import Found
from lms.grading.messages import sentence
from lms.grading.outcome import Outcome
from lms.grading.runner import MAX_SOURCE, _broken_rules, grade
from lms.grading.verdict import TestResult, Verdict, VerdictFormatError, verdict_from_json, verdict_to_json
from sandbox.client import SandboxBusy, SandboxError, SandboxUnavailable
from tests.grading.exercises import call, exercise, program
from tests.grading.local import ROOT, LocalClient

DOUBLE = exercise(
    call(0, "double(3)", "6"),
    call(1, "double(-4)", "-8", hidden=True, hint="Think of numbers below zero."),
)
RIGHT = "def double(x):\n    return x * 2\n"
# The script that finds constructs in the container; it runs nothing of the student's, so it may run here.
FIND_RULES = runpy.run_path(str(ROOT / "sandbox/image/passerelle_rules.py"))["find"]


def _grade(client: LocalClient, source: str, *checks: Check, **more: object) -> Verdict:
    return grade(exercise(*checks, **more), {"solution.py": source}, client)  # type: ignore[arg-type]


def _said(verdict: Verdict) -> list[str | None]:
    return [None if test.message is None else test.message.code for test in verdict.tests]


def test_right_work_passes_and_tests_are_told_one_by_one(local: LocalClient) -> None:
    told: list[TestResult] = []
    verdict = grade(DOUBLE, {"solution.py": RIGHT}, local, told.append)
    assert verdict.outcome is Outcome.PASSED
    assert tuple(told) == verdict.tests
    assert verdict.image == "local"
    assert (verdict.tests[0].call, verdict.tests[0].expected, verdict.tests[0].got) == ("double(3)", "6", "6")


def test_a_hidden_failure_shows_only_the_hint(local: LocalClient) -> None:
    source = "def double(x):\n    print('saw', x)\n    return abs(x) * 2\n"
    verdict = grade(DOUBLE, {"solution.py": source}, local)
    hidden = verdict.tests[1]
    assert verdict.outcome is Outcome.FAILED
    assert hidden == replace(
        TestResult(1, "double(-4)", True, Outcome.FAILED, hint="Think of numbers below zero."),
        duration_ms=hidden.duration_ms,
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("print(x * 2)", "printed_instead"),
        ("x * 2", "returned_none"),
        ("return str(x * 2)", "wrong_type"),
        ("return [x]", "other_type"),
        ("return x + 2", "different_value"),
        ("return y", "raised"),
        ("return 10 ** 90_000", "value_too_large"),
        ("return x.__class__", "other_type"),
    ],
)
def test_what_is_said_about_a_wrong_value(local: LocalClient, body: str, code: str) -> None:
    verdict = _grade(local, f"def double(x):\n    {body}\n", call(0, "double(3)", "6"))
    assert _said(verdict) == [code]
    assert verdict.tests[0].message is not None
    assert "%(" not in sentence(verdict.tests[0].message)


def test_differences_of_lists(local: LocalClient) -> None:
    checks = (call(0, "f(1)", "[1, 2]"), call(1, "f(2)", "[1, 2]"), call(2, "f(3)", "[1, 2]"))
    source = "def f(n):\n    return {1: [2, 1], 2: [1], 3: [1, 5]}[n]\n"
    assert _said(_grade(local, source, *checks)) == ["different_order", "different_length", "different_value"]


def test_a_name_that_is_missing(local: LocalClient) -> None:
    verdict = _grade(local, "def duble(x):\n    return x\n", call(0, "double(3)", "6"))
    assert _said(verdict) == ["not_defined"]
    assert verdict.outcome is Outcome.FAILED


def test_exceptions(local: LocalClient) -> None:
    source = (
        "class Mine(ValueError): pass\n"
        "class KeyError(Exception): pass\n"
        "def f(n):\n"
        "    if n == 0: raise Mine('no')\n"
        "    if n == 1: raise KeyError('fake')\n"
        "    if n == 2: return 5\n"
        "    return 1 / 0\n"
    )
    checks = (
        call(0, "f(0)", raises="ValueError"),
        call(1, "f(0)", raises="Mine"),
        call(2, "f(1)", raises="KeyError"),
        call(3, "f(2)", raises="ValueError"),
        call(4, "f(3)", raises="ArithmeticError"),
    )
    verdict = _grade(local, source, *checks)
    assert _said(verdict) == [None, None, "raised_other", "not_raised", None]
    assert verdict.tests[3].got == "5"


def test_a_class_that_says_it_is_built_in_is_not(local: LocalClient) -> None:
    source = (
        "class KeyError(Exception): pass\n"
        "KeyError.__module__ = 'builtins'\n"
        "class Other(Exception): pass\n"
        "Other.__module__, Other.__name__ = 'builtins', 'ValueError'\n"
        "def f(n): raise KeyError if n else Other\n"
    )
    checks = (call(0, "f(1)", raises="KeyError"), call(1, "f(0)", raises="ValueError"))
    assert _said(_grade(local, source, *checks)) == ["raised_other", "raised_other"]


def test_printing_past_what_is_kept_is_no_pass_though_the_program_goes_on(local: LocalClient) -> None:
    printing = "    try: print('x' * {})\n    except BaseException: pass\n    return x * 2\n"
    enough, too_much = (f"def double(x):\n{printing.format(count)}" for count in (40_000, 60_000))
    assert _grade(local, enough, call(0, "double(3)", "6")).outcome is Outcome.PASSED
    assert _grade(local, too_much, call(0, "double(3)", "6")).outcome is Outcome.OUTPUT_LIMIT
    loading = "try: print('x' * 60_000)\nexcept BaseException: pass\n" + RIGHT
    assert _grade(local, loading, call(0, "double(3)", "6")).outcome is Outcome.OUTPUT_LIMIT


def test_a_traceback_has_only_the_students_frames(local: LocalClient) -> None:
    verdict = _grade(local, "def double(x):\n    return int('x')\n", call(0, "double(3)", "6"))
    assert verdict.outcome is Outcome.ERROR
    trace = verdict.tests[0].traceback
    assert trace is not None
    assert 'File "solution.py", line 2, in double' in trace
    assert "harness" not in trace
    assert verdict.tests[0].got == "ValueError: invalid literal for int() with base 10: 'x'"


def test_printed_text_of_a_call(local: LocalClient) -> None:
    source = "def greet(name):\n    print('Hello', name)\n"
    verdict = _grade(
        local,
        source,
        call(0, "greet('Amal')", prints="Hello Amal\n"),
        call(1, "greet('B')", "None", prints="Bye B"),
    )
    assert [test.outcome for test in verdict.tests] == [Outcome.PASSED, Outcome.FAILED]
    assert verdict.tests[1].expected == "Bye B"
    assert verdict.tests[1].got == "Hello B\n"


def test_arguments_changed_in_place_do_not_reach_the_next_check(local: LocalClient) -> None:
    source = "def f(items):\n    items.append(1)\n    return len(items)\n"
    assert _grade(local, source, call(0, "f([])", "1"), call(1, "f([])", "1")).outcome is Outcome.PASSED


def test_programs(local: LocalClient) -> None:
    source = "name = input('Your name? ')\nprint('Hello, ' + name + '!')\n"
    verdict = _grade(
        local,
        source,
        program(0, "Amal\n", "Hello, Amal!\n"),
        program(1, "Bo\n", "hello, bo!"),
        program(2, "Bo\n", "Hello,Bo!"),
        program(3, "", "x"),
        Check(4, "name", "variable", stdin="Cy", variable="name", equals="'Cy'"),
        Check(5, "age", "variable", stdin="Cy", variable="age", equals="5"),
    )
    assert _said(verdict) == [None, "different_case", "different_spaces", "raised", None, "not_defined"]
    assert verdict.tests[3].got == "EOFError: EOF when reading a line"
    assert verdict.tests[1].stdin == "Bo\n"


def test_a_program_starts_anew_each_time_and_may_end_itself(local: LocalClient) -> None:
    source = "try:\n    count += 1\nexcept NameError:\n    count = 1\nprint(count, __name__)\nexit()\n"
    checks = (program(0, "", "1 __main__"), program(1, "", "1 __main__"))
    variable = Check(2, "count", "variable", variable="count", equals="1")
    assert _grade(local, source, *checks, variable).outcome is Outcome.PASSED


SCRIPT = Check(
    0,
    "A deposit adds to the balance",
    "script",
    steps=(
        Step("new", call="Account(10)", name="acc"),
        Step("call", on="acc", call="deposit(5)", returns="None"),
        Step("get", on="acc", attribute="balance", equals="15"),
        Step("call", call="total([acc, acc])", returns="30"),
    ),
)
ACCOUNT = (
    "class Account:\n"
    "    def __init__(self, balance): self.balance = balance\n"
    "    def deposit(self, amount): self.balance += amount\n"
    "def total(accounts): return sum(account.balance for account in accounts)\n"
)


def test_scripts(local: LocalClient) -> None:
    assert _grade(local, ACCOUNT, SCRIPT).outcome is Outcome.PASSED
    wrong = _grade(local, ACCOUNT.replace("+=", "-="), SCRIPT).tests[0]
    assert (wrong.call, wrong.expected, wrong.got) == ("acc.balance", "15", "5")
    missing = _grade(local, "x = 1\n", SCRIPT).tests[0]
    assert missing.message is not None
    assert missing.message.params == {"name": "Account"}


def test_several_files(local: LocalClient) -> None:
    task = exercise(call(0, "twice(3)", "6"), program(1, "", "4"), files=("main.py", "helper.py"))
    files = {
        "main.py": "from helper import twice\nprint(twice(2))\n",
        "helper.py": "def twice(x): return 2 * x\n",
    }
    assert grade(task, files, local).outcome is Outcome.PASSED
    broken = grade(task, {**files, "helper.py": "def twice(x): return x.y\n"}, local)
    assert broken.traceback is not None
    assert 'File "helper.py", line 1, in twice' in broken.traceback
    missing = grade(task, {"main.py": "x = 1"}, local)
    assert missing.outcome is Outcome.ERROR
    assert missing.message is not None
    assert missing.message.code == "missing_file"


def test_text_that_python_cannot_read(local: LocalClient) -> None:
    verdict = _grade(local, "x = 1\nprint('a'\n", call(0, "double(3)", "6"))
    assert verdict.outcome is Outcome.ERROR
    assert verdict.message is not None
    assert (verdict.message.code, verdict.message.params) == ("syntax", {"line": "2"})
    assert verdict.traceback is not None
    assert "was never closed" in verdict.traceback
    assert _said(verdict) == ["not_run"]


def test_a_loop_without_end_stops_only_what_comes_after(tmp_path: object) -> None:
    local = LocalClient(tmp_path, seconds=1.5)  # type: ignore[arg-type]
    source = "def double(x):\n    while x == 0:\n        pass\n    return x * 2\n"
    verdict = _grade(
        local,
        source,
        call(0, "double(3)", "6"),
        call(1, "double(0)", "0"),
        call(2, "double(4)", "8"),
        call(3, "double(5)", "10", hidden=True),
    )
    assert verdict.outcome is Outcome.TIME_LIMIT
    assert [test.outcome for test in verdict.tests] == ["passed", "time_limit", "failed", "failed"]
    assert _said(verdict) == [None, "time_limit", "not_run", "not_run"]


def test_rules(local: LocalClient) -> None:
    rules = Rules(must_use=("for",), must_not_use=("call:sum", "method:sort"))
    loop = "def total(n):\n    t = 0\n    for x in n:\n        t += x\n    return t\n"
    check = call(0, "total([1, 2])", "3")
    assert _grade(local, loop, check, rules=rules).outcome is Outcome.PASSED
    verdict = _grade(local, "def total(n):\n    return sum(n)\n", check, rules=rules)
    assert verdict.outcome is Outcome.RULE
    assert verdict.tests[0].outcome is Outcome.PASSED
    assert [(b.construct, b.line, b.wanted) for b in verdict.rules] == [
        ("for", None, "must"),
        ("call:sum", 2, "must_not"),
    ]


@pytest.mark.parametrize(
    ("construct", "source", "line"),
    [
        ("elif", "if 1:\n    pass\nelif 2:\n    pass\n", 3),
        ("else", "if 1:\n    pass\nelse:\n    x = 1\n", 4),
        ("else", "if 1:\n    pass\nelse:\n    if 2:\n        pass\n", 4),
        ("while", "\nwhile 0:\n    pass\n", 2),
        ("def", "def f():\n    pass\n", 1),
        ("return", "def f():\n    return\n", 2),
        ("import", "from math import pi\n", 1),
        ("class", "class A:\n    pass\n", 1),
        ("with", "def f(a):\n    with a:\n        pass\n", 2),
        ("try", "try:\n    pass\nfinally:\n    pass\n", 1),
        ("lambda", "f = lambda: 1\n", 1),
        ("f-string", "\nx = f'{1}'\n", 2),
        ("comprehension", "x = {a for a in []}\n", 1),
        ("recursion", "def f(n):\n    return n and f(n - 1)\n", 2),
        ("slice", "x = 'abc'[1:]\n", 1),
        ("not", "\nx = not 1\n", 2),
        ("and", "x = 1 and 2\n", 1),
        ("or", "x = 1 or 2\n", 1),
        ("in", "x = 1 in []\n", 1),
        ("call:print", "x = 1\nprint(x)\n", 2),
        ("method:sort", "x = []\nx.sort()\n", 2),
    ],
)
def test_each_construct_is_found_with_its_line(construct: str, source: str, line: int) -> None:
    found = FIND_RULES({"main.py": source, "none.py": "x = 1\n"}, [construct])
    assert found == {"found": [[construct, "main.py", line]], "readable": True}


def test_hints_of_mistakes_need_all_their_signs(local: LocalClient) -> None:
    mistakes = (
        Mistake("a", "none", value="None", check=1),
        Mistake("b", "none-2", value="None", check=2),
        Mistake("c", "printed", printed="6", value="None"),
        Mistake("d", "name", missing="double"),
        Mistake("e", "error", error="LookupError"),
        Mistake("f", "rule", rule="for"),
        Mistake("g", "time", outcome="time_limit"),
    )
    checks = (call(0, "double(3)", "6"), call(1, "double(4)", "8"))

    def hints(source: str) -> tuple[str, ...]:
        return _grade(local, source, *checks, mistakes=mistakes, rules=Rules(must_not_use=("for",))).hints

    assert hints("def double(x):\n    print(x * 2)\n") == ("none", "none-2", "printed")
    assert hints("def double(x):\n    return None if x == 3 else 8\n") == ("none",)
    assert hints("def duble(x):\n    return 1\n") == ("name",)
    assert hints("def double(x):\n    return [][1]\n") == ("error",)
    assert hints("{}[1]\n") == ("error",)
    assert hints("def double(x):\n    for _ in []: pass\n    return x * 2\n") == ("rule",)
    assert hints(RIGHT) == ()


def test_verdicts_survive_json(local: LocalClient) -> None:
    verdict = _grade(
        local,
        "def double(x):\n    print('\\ud800\\x00')\n    return '\\udfff'\n",
        *DOUBLE.checks,
        rules=Rules(must_use=("for",)),
        mistakes=[Mistake("a", "hint", rule="for")],
    )
    text = json.dumps(verdict_to_json(verdict), ensure_ascii=False)
    text.encode("utf-8")
    assert "\\u0000" not in text
    assert verdict_from_json(json.loads(text)) == verdict
    for broken in (
        {},
        {"format": 0},
        {**verdict_to_json(verdict), "outcome": "won"},
        {**verdict_to_json(verdict), "tests": 5},
    ):
        with pytest.raises(VerdictFormatError):
            verdict_from_json(broken)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SandboxBusy("full"), "sandbox_busy"),
        (SandboxUnavailable("gone"), "sandbox_unavailable"),
        (SandboxError("odd"), "sandbox_fault"),
    ],
)
def test_a_fault_of_the_sandbox_is_ours(error: SandboxError, code: str) -> None:
    class Broken:
        def open(self, **_more: object) -> None:
            raise error

    verdict = grade(DOUBLE, {"solution.py": RIGHT}, Broken())  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.OUR_FAULT
    assert verdict.message is not None
    assert verdict.message.code == code


def test_a_very_long_text_is_refused_before_it_is_run() -> None:
    verdict = grade(DOUBLE, {"solution.py": "#" * (MAX_SOURCE + 1)}, None)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.ERROR
    assert verdict.message is not None
    assert verdict.message.code == "source_too_large"


def test_a_text_that_loads_but_hides_from_the_search_keeps_no_rule() -> None:
    rules = Rules(must_use=("for",), must_not_use=("while",))
    hidden = Found((), readable=False)
    assert {broken.construct for broken in _broken_rules(rules, hidden, loads=True)} == {"for", "while"}
    assert _broken_rules(rules, hidden, loads=False) == ()
    assert _broken_rules(rules, Found((("for", "solution.py", 1),), readable=True), loads=True) == ()
