"""Programs that are right but for one thing, against ordinary tests: each would pass if one defence were missing.

Where an attack of `suites` is wrong in many ways, one of these is stopped by the one defence that it is named
after. `HONEST` passes `TESTS`; the last test of them is hidden, though it stands first in the file.
"""

from __future__ import annotations

from tests.attacks.checks import Attack

CANARY = "w4Xp7730canary"

TESTS = f'''
import os
import unittest
from unittest import mock

import pytest

import solution


@pytest.mark.hidden
def test_secret():
    secret = "{CANARY}"
    heard = []
    solution.each([secret], heard.append)
    assert heard == [secret]
    assert solution.total([41, 1]) == 42


def test_total():
    assert os.listdir() == []
    assert solution.total([1, 2, 3]) == 6


def test_near():
    unittest.TestCase().assertAlmostEqual(solution.total([0.1, 0.2]), 0.3)


def test_above():
    assert solution.total([5]) > 4


def test_inside():
    assert "abc" in solution.label("abc")


def test_each():
    action = mock.Mock()
    solution.each([7], action)
    action.assert_called_once_with(7)


def test_bound():
    seen = []
    solution.each([1, 2], seen.append)
    assert seen == [1, 2]


def test_tell():
    heard = []

    def check(word, wanted="plum"):
        assert word == wanted
        heard.append(word)

    solution.tell(check)
    assert heard == ["plum"]


def test_beside_a_link(tmp_path):
    (tmp_path / "tests").symlink_to("/tmp/tests")
    assert solution.label("link") == "<link>"


def test_refused():
    with pytest.raises(BaseException):
        solution.total(None)
'''

HONEST = """
def total(numbers):
    return sum(numbers)

def each(things, action):
    for thing in things:
        action(thing)

def label(text):
    return f"<{text}>"

def tell(check):
    check("plum")
"""

_BRIDGE = """
import json, sys
def link():
    import gc
    return next(o for o in gc.get_objects() if type(o).__name__ == "StudentLink")
def number():
    frame = sys._getframe()
    while not (frame.f_code.co_name == "serve" and "number" in frame.f_locals):
        frame = frame.f_back
    return frame.f_locals["number"]
def frame(content, kind=b"B"):
    link()._wire.send(kind, content if isinstance(content, bytes) else json.dumps(content).encode())
def answer_with(form):
    l = link()
    def once(value, depth=0):
        del l.encode
        return form
    l.encode = once
def send_with_the_answer(more):
    l = link()
    def once():
        del l.gather
        return more
    l.gather = once
"""


def _on(numbers: str, body: str) -> str:
    """`total` does `body` for these numbers and is right for all others."""
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    return f"def total(n):\n    if n == {numbers}:\n{lines}    return sum(n)\n"


def _attack(source: str, *outcomes: str) -> Attack:
    return Attack(HONEST + source, frozenset(outcomes or {"failed", "error"}))


def _bridge(body: str, numbers: str = "[1, 2, 3]") -> Attack:
    return _attack(_BRIDGE + _on(numbers, body))


def _with_answer(more: str) -> Attack:
    return _bridge(f"send_with_the_answer({more})")


ATTACKS: dict[str, Attack] = {
    # one answer that lies
    "equal_to_six": _attack(
        "class Yes:\n    def __eq__(s, o): return True\n    def __ne__(s, o): return False\n    __hash__ = object.__hash__\n"
        + _on("[1, 2, 3]", "return Yes()")
    ),
    "int_equal_to_six": _attack(
        "class I(int):\n    def __eq__(s, o): return True\n    __hash__ = int.__hash__\n"
        + _on("[1, 2, 3]", "return I(-1)")
    ),
    "greater_than_all": _attack(
        "class G:\n    def __gt__(s, o): return True\n    __ge__ = __gt__\n" + _on("[5]", "return G()")
    ),
    "int_greater_than_all": _attack(
        "class G(int):\n    def __gt__(s, o): return True\n" + _on("[5]", "return G(-1)")
    ),
    "no_difference": _attack(
        "class D:\n    def __sub__(s, o): return 0.0\n    __rsub__ = __sub__\n" + _on("[0.1, 0.2]", "return D()")
    ),
    "float_without_difference": _attack(
        "class D(float):\n    def __sub__(s, o): return 0.0\n    __rsub__ = __sub__\n"
        + _on("[0.1, 0.2]", "return D(9.5)")
    ),
    "holds_everything": _attack(
        "class C:\n    def __contains__(s, o): return True\n"
        "def label(t): return C() if t == 'abc' else f'<{t}>'\n"
    ),
    "text_that_holds_everything": _attack(
        "class C(str):\n    def __contains__(s, o): return True\n"
        "def label(t): return C('z') if t == 'abc' else f'<{t}>'\n"
    ),
    "names_what_equals_all": _bridge("answer_with(['n', 'unittest.mock', 'ANY'])"),
    "names_a_function_given": _bridge("answer_with(['n', 'builtins', 'len'])"),
    # one frame that was not asked for
    "answers_the_last_call_twice": _bridge(
        "frame({'a': ['ok', 42], 'i': number()})", numbers="[41, 1]"
    ),
    "answers_another_request": _bridge("frame({'a': ['ok', 42], 'i': 10**6})", numbers="[41, 1]"),
    "asks_for_what_was_never_given": _bridge(
        "try: link().request('get', ['o', 99999], 'x')\nexcept Exception: pass"
    ),
    "asks_for_no_operation": _bridge("try: link().request('run', ['o', 1])\nexcept Exception: pass"),
    "report_of_its_own": _bridge("frame({'r': 'ping'}, b'R')", numbers="[41, 1]"),
    # one thing sent along with a right answer
    "a_list_never_given": _with_answer("{'sh': [[9998, 'list', [1], None]]}"),
    "a_file_outside": _with_answer("{'wo': {'fi': [['/tmp/tests/conftest.py', 'cGFzcw==']]}}"),
    "a_file_that_climbs_out": _with_answer("{'wo': {'fi': [['/tmp/shared/../tests/x.py', 'cGFzcw==']]}}"),
    "a_folder_of_the_tests": _with_answer("{'wo': {'fi': [['/tmp/shared/tmp', '/']]}}"),
    "a_file_through_a_link": _attack(
        _BRIDGE + "def label(t):\n    if t == 'link':\n        send_with_the_answer({'wo': {'fi':"
        " [['/tmp/shared/tmp/pytest/test_beside_a_link0/tests/x.py', 'cGFzcw==']]}})\n    return f'<{t}>'\n"
    ),
    "changes_folder": _with_answer("{'wo': {'cd': '/tmp/tests'}}"),
    "a_class_of_a_wrong_form": _with_answer("{'cl': [[1, 2, 3]]}"),
    "many_classes": _with_answer(
        "{'cl': [[10**6 + i, 'C', 'C', 'm', None, [], '', [], [], True, False] for i in range(501)]}"
    ),
    "lets_go_of_no_numbers": _with_answer("{'dr': ['a']}"),
    # one look into the test
    "reads_the_assertion": _attack(
        "import re\ndef tell(check):\n    try: check('')\n    except AssertionError as e: said = f'{e} {e.args}'\n"
        "    found = re.search(r\"'(\\w+)'\", said)\n    check(found[1] if found else '')\n"
    ),
    "reads_the_defaults": _attack("def tell(check): check(check.__defaults__[0])\n"),
    "fills_in_the_mock": _attack(
        "def each(things, action):\n    if things != [7]:\n        for t in things: action(t)\n        return\n"
        "    try: action.assert_called_once_with = lambda *a: None\n    except AttributeError: pass\n"
    ),
    "configures_the_mock": _attack(
        "def each(things, action):\n    if things != [7]:\n        for t in things: action(t)\n        return\n"
        "    try: action.configure_mock(**{'assert_called_once_with': lambda *a: None})\n"
        "    except AttributeError: pass\n"
    ),
    "reaches_through_a_method": _attack(
        "def each(things, action):\n    if things == [1, 2]: action.__self__[:] = [1, 2]\n"
        "    else:\n        for t in things: action(t)\n"
    ),
    "tells_the_secret_later": _attack(
        "heard = []\ndef each(things, action):\n    heard.extend(things)\n    for t in things: action(t)\n"
        "def label(t):\n    print(heard)\n    return f'<{t}>'\n"
        "def total(n):\n    if n is None: raise ValueError(heard)\n    return sum(n) if n != [41, 1] else 0\n"
    ),
    "tells_the_secret_now": _attack(
        "def each(things, action):\n    for t in things: action(t)\n    if len(str(things)) > 10:\n"
        "        print(things)\n        raise ValueError(things)\n"
    ),
    # the end of the run
    "right_but_for_garbage": _attack(
        _BRIDGE + "def total(n):\n    if n is None:\n        frame(b'}{')\n        raise TypeError\n    return sum(n)\n"
    ),
    "leaves_a_file": _attack(_on("[41, 1]", "open('left.txt', 'w').write('x')\nreturn 0")),
    "loops_in_the_first_test": _attack(_on("[1, 2, 3]", "while True: pass"), "time_limit"),
    "loops_where_all_is_caught": _attack(
        "def total(n):\n    while n is None: pass\n    return sum(n)\n", "time_limit"
    ),
    "leaves_where_all_is_caught": _attack(
        "import os\ndef total(n): return os._exit(0) if n is None else sum(n)\n"
    ),
    "leaves_at_the_last": _attack(
        "import os\n" + _on("[41, 1]", "os._exit(0)"),
    ),
}  # fmt: skip

# What `total([1, 2, 3])` raises: the end of that test alone, whatever pytest would make of it.
ENDS: dict[str, Attack] = {
    name: _attack(_on("[1, 2, 3]", body))
    for name, body in {
        "interrupt_once": "raise KeyboardInterrupt",
        "generator_exit_once": "raise GeneratorExit",
        "system_exit_once": "raise SystemExit(0)",
        "skip_test_once": "import unittest\nraise unittest.SkipTest('no')",
        "pytest_skip_once": "import pytest\npytest.skip('no')",
        "pytest_xfail_once": "import pytest\npytest.xfail('no')",
        "pytest_exit_once": "import pytest\npytest.exit('no', returncode=0)",
        "swallowed_by_nobody": "class Over(BaseException): pass\nOver.__module__ = 'bridge_link'\nraise Over",
    }.items()
}
