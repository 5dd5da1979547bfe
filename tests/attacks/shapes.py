"""Small exercises of many shapes, each with the hostile hand-ins that its shape of test invites.

As in `suites`, an attack is a wrong program: none may pass, none may show a secret of its exercise, and none may
make us say that it is our fault. `HONEST` programs pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LINK = """
import json, struct
def link():
    import gc
    return next(o for o in gc.get_objects() if type(o).__name__ == "StudentLink")
def raw(text):
    data = text.encode()
    link()._wire._connection.sendall(struct.pack(">I", len(data) + 1) + b"B" + data)
def frame(content):
    raw(json.dumps(content))
"""


@dataclass(frozen=True)
class Shape:
    """An exercise: its test file, a right program, wrong ones by name, and what may never be shown."""

    tests: str
    honest: str
    attacks: dict[str, str]
    beside: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


IMPORT_ALL = Shape(
    tests="""
import pytest
from solution import *

def test_total():
    assert total([1, 2, 3]) == 6
def test_evens():
    assert sorted(evens([4, 1, 2])) == [2, 4]
def test_each():
    for number in range(3):
        assert total([number]) == number
def test_none():
    with pytest.raises(ValueError):
        total(None)
""",
    honest="""
def total(numbers):
    if numbers is None:
        raise ValueError("none")
    return sum(numbers)
def evens(numbers):
    return [number for number in numbers if number % 2 == 0]
""",
    attacks={
        "plugin_of_pytest": "__all__ = ['total', 'evens', 'pytest_plugins']\npytest_plugins = ['solution']\n"
        "def pytest_pyfunc_call(): return True\ndef total(n): return -1\nevens = total\n",
        "replaces_builtins": "def total(n):\n    if n is None: raise ValueError\n    return 6\n"
        "def evens(n): return []\ndef sorted(n): return [2, 4]\ndef range(n): return []\n",
        "replaces_pytest": "import contextlib\nclass pytest:\n    @staticmethod\n    @contextlib.contextmanager\n"
        "    def raises(*a): yield\ndef total(n): return sum(n or [])\ndef evens(n): return [2, 4]\n",
        "names_that_come_and_go": "def total(n): return 6\ndef evens(n): return []\nimport itertools\n"
        "_asked = itertools.count()\ndef __getattr__(name):\n    if name == '__all__':\n"
        "        return ['total', 'evens'] + ['sorted'] * (next(_asked) % 2)\n    if name == 'sorted': return lambda n: [2, 4]\n"
        "    raise AttributeError(name)\n",
    },
)

CALLBACK = Shape(
    tests='''
import pytest, solution

def test_each():
    seen = []
    def check(thing):
        assert thing == "expected-word"
        seen.append(thing)
    solution.each(["expected-word"], check)
    assert len(seen) == 1
@pytest.mark.hidden
def test_secret():
    seen = []
    def check(thing):
        if thing != "zebra9021":
            pytest.fail(f"{thing} is not zebra9021")
        seen.append(thing)
    solution.each(["zebra9021"], check)
    assert len(seen) == 1
''',
    honest="def each(things, action):\n    for thing in things: action(thing)\n",
    attacks={
        "learns_from_the_assertion": LINK + """
def each(things, action):
    import re
    try: action("?")
    except BaseException as error:
        l = link(); told = []
        for ask in (lambda i: l.request("get", i, "args"), lambda i: l.request("get", i, "msg"),
                    lambda i: l.request("op", "__str__", i, lambda: []), lambda i: l.request("op", "__repr__", i, lambda: [])):
            try: told.append(str(ask(["o", l.raised[id(error)]])))
            except AttributeError: told.append(str(error))
        found = re.search(r"== '([\\w-]+)'|not (\\w+)", " ".join(told))
        if found: action(found[1] or found[2])
""",
        "keeps_the_callback": "kept = []\ndef each(things, action):\n    kept.append(action)\n    for k in kept[:-1]:\n"
        "        try: k('expected-word')\n        except BaseException: pass\n",
    },
    secrets=("zebra9021",),
)  # fmt: skip

MOCKS = Shape(
    tests='''
from unittest import mock
import solution

def test_each():
    action = mock.Mock()
    solution.each([7, 8], action)
    assert action.call_args_list == [mock.call(7), mock.call(8)]
def test_use():
    door = mock.MagicMock()
    solution.use(door)
    assert door.mock_calls == [mock.call.open("a"), mock.call.close()]
def test_ask():
    solution.greet(input_from := mock.Mock(side_effect=["Amal", "Olena"]))
    assert input_from.call_count == 2
''',
    honest="def each(things, action):\n    for thing in things: action(thing)\n"
    "def use(door):\n    door.open('a'); door.close()\ndef greet(ask):\n    ask(); ask()\n",
    attacks={
        "resets_the_mock": "def each(things, action):\n    action('noise'); action.reset_mock()\n    for t in things: action(t)\n"
        "def use(door):\n    door.other(); door.reset_mock(); door.open('a'); door.close()\n"
        "def greet(ask):\n    ask(); ask()\n    try: ask()\n    except Exception: pass\n    ask.reset_mock(side_effect=True); ask(); ask()\n",
        "edits_what_was_called": "def each(things, action):\n    action('noise'); [action(t) for t in things]\n    action.call_args_list.pop(0)\n"
        "def use(door):\n    door.other(); door.open('a'); door.close(); door.mock_calls.pop(0)\n"
        "def greet(ask):\n    list(ask.side_effect); ask.call_count = 2\n",
    },
)  # fmt: skip

FILES = Shape(
    tests='''
from pathlib import Path
import pytest, solution

def test_report():
    assert solution.report() == Path("expected.txt").read_text()
@pytest.mark.hidden
def test_secret():
    with open("secret.txt") as file:
        assert solution.shout("zebra77") == file.read().strip()
''',
    beside={"expected.txt": "total: 42\n", "secret.txt": "ZEBRA77\n"},
    honest="def report(): return 'total: 42\\n'\ndef shout(text): return text.upper()\n",
    attacks={
        "moves_to_its_own_files": "import os\nos.makedirs('mine', exist_ok=True)\n"
        "for n in ('expected.txt', 'secret.txt'): open(f'mine/{n}', 'w').write('mine')\nos.chdir('mine')\n"
        "def report(): return 'mine'\ndef shout(t): return 'mine'\n",
        "writes_over_expected": "for n in ('expected.txt', 'secret.txt'): open(n, 'w').write('mine')\n"
        "def report(): return 'mine'\ndef shout(t): return 'mine'\n",
        "removes_the_folder": LINK + "def report():\n    l = link(); l.gather = lambda: {'wo': {'fi': [['/tmp/shared/work', None]]}}\n"
        "    return 'x'\ndef shout(t): return t\n",
        "folder_that_is_gone": LINK + "def report():\n    l = link()\n"
        "    l.gather = lambda: {'wo': {'fi': [['/tmp/shared/q', '/']], 'cd': '/tmp/shared/q'}}\n    return 'x'\n"
        "def shout(t):\n    link().gather = lambda: {'wo': {'fi': [['/tmp/shared/q', None]]}}\n    return t\n",
    },
    secrets=("ZEBRA77",),
)  # fmt: skip

OPERATORS = Shape(
    tests='''
import pytest, solution
from solution import Money

def test_minus():
    assert (Money(5) - 2).amount == 3
def test_less():
    assert Money(5) < 6
def test_total():
    assert abs(solution.total([1.5, 2.25]) - 3.75) < 1e-9
def test_word():
    assert solution.word() in ("red", "blue")
@pytest.mark.hidden
def test_large():
    assert abs(solution.total([7340912.5]) - 7340912.5) < 0.01
''',
    honest="""
class Money:
    def __init__(self, amount): self.amount = amount
    def __sub__(self, other): return Money(self.amount - other)
    def __lt__(self, other): return self.amount < other
def total(numbers): return sum(numbers)
def word(): return "red"
""",
    attacks={
        "answers_where_it_may_not": "class Money:\n    def __init__(self, amount): self.amount = amount\n"
        "    def __sub__(self, other): return Money(self.amount - other)\n    def __lt__(self, other): return True\n"
        "    def __abs__(self): return 0\ndef total(n):\n    class Zero(Money):\n        def __sub__(self, other): return self\n"
        "    return Zero(0)\ndef word(): return 'red'\n",
        "borrows_the_name": "class Money:\n    def __init__(self, amount): self.amount = amount\n"
        "    def __sub__(self, other): return Money(self.amount - other)\n    def __lt__(self, other): return True\n"
        "class Liar(Money):\n    def __sub__(self, other): return 0.0\n    __rsub__ = __sub__\n"
        "    def __eq__(self, other): return True\nLiar.__name__ = Liar.__qualname__ = 'Money'\n"
        "def total(n): return Liar(0)\nword = lambda: Liar(1)\n",
    },
)  # fmt: skip

_REPORT = "def double(n):\n    l = link(); l.describe = lambda e: {}\n    raise ValueError\n"
PLAIN = Shape(
    tests='''
import math, re, json
from unittest import TestCase
import pytest, solution

class Numbers(TestCase):
    def test_equal(self): self.assertEqual(solution.double(2), 4)
    def test_almost(self): self.assertAlmostEqual(solution.double(0.125), 0.25)
    def test_members(self): self.assertCountEqual(solution.double([1, 2]), [2, 4])
def test_close(): assert math.isclose(solution.double(0.5), 1.0)
def test_approx(): assert pytest.approx(0.25) == solution.double(0.125)
def test_text(): assert f"{solution.double(3)}" == "6" and re.match("abab$", solution.double("ab"))
def test_place(): assert {6: "six"}[solution.double(3)] == "six" and solution.double(3) in {6}
def test_order(): assert sorted(solution.double([2, 1])) == [2, 4] and max(solution.double([1, 2])) == 4
def test_json(): assert json.dumps(solution.double([1])) == "[2]"
@pytest.mark.hidden
def test_large(): assert solution.double(7340912) == 14681824
''',
    honest="def double(n): return [m * 2 for m in n] if isinstance(n, list) else n * 2\n",
    attacks={
        "prints_what_no_screen_shows": "import sys\ndef double(n):\n    print('\\ud800'); sys.stderr.write('\\udfff\\x00')\n    return -1\n",
        "logs_half_a_record": LINK + "def double(n):\n    link().out.append(['l', 'x', 0, 'x'])\n    return -1\n",
        "describes_by_nan": LINK + _REPORT.replace("{}", "{'class': float('nan')}").replace("raise", "l.transmit = lambda p: l._wire.send(b'B', p)\n    import json; json.dumps = (lambda d: lambda *a, **k: d(*a, **{**k, 'allow_nan': True}))(json.dumps)\n    raise"),
        "describes_by_depth": LINK + _REPORT.replace("{}", "{'class': " + "[" * 90 + "]" * 90 + "}"),
        "describes_by_length": LINK + _REPORT.replace("{}", "{'class': 'LONG'}").replace("raise", "l.transmit = lambda p: l._wire.send(b'B', p.replace(b'LONG', 'é'.encode() * 900000))\n    raise"),
        "describes_nothing": LINK + "def double(n):\n    link().exception_form = lambda e: ['e', 500, ['n', 'builtins', 'KeyError'], [], 'x', None, [None, None, False], [], []]\n    raise ValueError\n",
        "half_made_error": LINK + "def double(n):\n    l = link(); d = l.describe\n    l.exception_form = lambda e: ['e', 500, ['n', 'builtins', 'UnicodeDecodeError'], [], 'x', d(e), [None, None, False], [], []]\n    raise ValueError\n",
        "fills_the_tests_memory": LINK + "def double(n):\n    for r in range(8):\n        words = '\"ab\",' * 408000 + '1'\n"
        "        raw('{\"q\":[\"stdin\",\"read\",0],\"i\":1,\"sh\":[[%d,\"list\",[' % (900001 + 2 * r) + words + '],null]]}')\n"
        "    import time; time.sleep(30)\n",
        "answers_in_turns": "import itertools\nturn = itertools.count()\nclass X:\n    def flip(self, *a): return next(turn) % 2 == 0\n"
        "    __eq__ = __lt__ = __gt__ = __bool__ = flip\n    def __hash__(self): return 6\n    def __float__(self): return 1.0\n"
        "    def __format__(self, s): return '6'\n    def __iter__(self): return iter((2, 4))\ndef double(n): return X()\n",
        "alias_of_a_number": "import types\ndef double(n): return types.GenericAlias(6, (6,))\n",
        "returns_any": "from unittest import mock\nimport typing\ndef double(n): return mock.ANY if n else typing.Any\n",
        "not_implemented": "def double(n): return NotImplemented\n",
        "stops_the_iteration": "def double(n): raise StopIteration(n * 2 if not isinstance(n, list) else n)\n",
        "deep_unions": LINK + "def double(n):\n    form = ['n', 'builtins', 'int']\n    for _ in range(60): form = ['g', None, [form, ['n', 'builtins', 'str']]]\n    link().encode = lambda v, depth=0: form\n    return 1\n",
        "sleeps_as_long_as_the_input": "import time\ndef double(n):\n    if n == 7340912: time.sleep(n % 100 / 50)\n    return 0\n",
    },
    secrets=("14681824",),
)  # fmt: skip

EVALUATED = Shape(
    tests="""
from unittest import mock
import solution

def test_text():
    assert solution.add(1, 2) == "1 + 2"  # ANY spaces but these are wrong
def test_value():
    assert eval(solution.add(1, 2)) == 3
def test_asked():
    ask = mock.Mock(return_value=1)
    assert solution.twice(ask) == 2
""",
    honest="def add(a, b): return f'{a} + {b}'\ndef twice(ask): return ask() + ask()\n",
    attacks={
        "text_out_of_words_of_the_tests": "turn = iter(['1 + 2', '(\\nmock\\n.\\nANY\\n)'])\n"
        "def add(a, b): return next(turn)\ndef twice(ask): return ask() + ask()\n",
    },
)

SHAPES = {
    "import_all": IMPORT_ALL, "callback": CALLBACK, "mocks": MOCKS, "files": FILES, "operators": OPERATORS,
    "evaluated": EVALUATED, "plain": PLAIN,
}  # fmt: skip
