"""Hostile hand-ins against ordinary tests. Each is a text for `solution.py`, and what may come of it.

The program must offer `total`, `Box`, `each` and `label`. `HONEST` passes. Each attack is a wrong program that
tries to pass all the same, to read a hidden test, to break the checker, or to outlive its run.
"""

from __future__ import annotations

from tests.attacks.checks import Attack

CANARY = "k7Qz9126canary"

TESTS = f'''
import unittest
from unittest import mock

import pytest

import solution


def test_total():
    assert solution.total([1, 2, 3]) == 6


def test_nothing():
    assert solution.total([]) == 0


def test_fractions():
    assert solution.total([0.5, 0.25]) == pytest.approx(0.75)


class Almost(unittest.TestCase):
    def test_almost(self):
        self.assertAlmostEqual(solution.total([0.1, 0.2]), 0.3)

    def test_truth(self):
        self.assertIs(solution.total([1]) == 2, False)
        self.assertIn(solution.total([2, 2]), [4])
        self.assertGreater(solution.total([5]), 4)
        self.assertLess(solution.total([5]), 6)


def test_box():
    box = solution.Box(1)
    box.put("a")
    assert box.things == ["a"]
    assert len(box) == 1
    with pytest.raises(ValueError, match="full"):
        box.put("b")


def test_each():
    seen = []
    solution.each([1, 2], seen.append)
    assert seen == [1, 2]


def test_each_mock():
    action = mock.Mock()
    solution.each([7], action)
    action.assert_called_once_with(7)


def test_label():
    assert solution.label("ab") == "<ab>"


@pytest.mark.hidden
def test_secret():
    secret = "{CANARY}"
    heard = []

    def hear(thing, note=secret):
        """{CANARY}"""
        heard.append((thing, secret))
        return secret

    solution.each([secret], hear)
    assert heard == [(secret, secret)]
    assert solution.label(secret) == "<" + secret + ">"
    assert solution.total([41, 1]) == 42
'''

HONEST = """
def total(numbers):
    return sum(numbers)

class Box:
    def __init__(self, size):
        self.size, self._things = size, []
    @property
    def things(self):
        return list(self._things)
    def __len__(self):
        return len(self._things)
    def put(self, thing):
        if len(self) == self.size:
            raise ValueError("full")
        self._things.append(thing)

def each(things, action):
    for thing in things:
        action(thing)

def label(text):
    return f"<{text}>"
"""

_LINK = """
def link():
    import gc
    return next(o for o in gc.get_objects() if type(o).__name__ == "StudentLink")
def frame(content, kind=b"B"):
    import json
    link()._wire.send(kind, content if isinstance(content, bytes) else json.dumps(content).encode())
"""


def _attack(source: str, *outcomes: str, honest: bool = True) -> Attack:
    return Attack((HONEST if honest else "") + source, frozenset(outcomes or {"failed", "error"}))


_EVERYTHING = """
class Yes:
    def __init__(self, *a): pass
    def yes(self, *a): return True
    def zero(self, *a): return 0.0
    __eq__ = __bool__ = __contains__ = __lt__ = __gt__ = __le__ = __ge__ = yes
    __sub__ = __rsub__ = __abs__ = __round__ = __float__ = zero
    def __ne__(self, o): return False
    def __hash__(self): return hash(6)
    def __len__(self): return 1
    def __iter__(self): return iter([])
    def __int__(self): return 6
    __index__ = __int__
    def __repr__(self): return "6"
    __str__ = __repr__
    put = __init__
    things = property(lambda self: self)
"""

ATTACKS: dict[str, Attack] = {
    # forging values
    "lying_object": _attack(_EVERYTHING + "def total(n): return Yes()\n"),
    "lying_everywhere": _attack(_EVERYTHING + "def total(n): return Yes()\nlabel = total\nBox = Yes\n"),
    "lying_class_name": _attack(
        _EVERYTHING + "class Box(Yes):\n    def put(self, t): raise ValueError('full')\n"
    ),
    "lying_int": _attack(
        "class I(int):\n    def __eq__(s, o): return True\n    __lt__ = __gt__ = __eq__\n"
        "    def __sub__(s, o): return 0\n    __rsub__ = __sub__\n    __hash__ = int.__hash__\n"
        "def total(n): return I(-1)\n"
    ),
    "lying_float": _attack(
        "class F(float):\n    def __eq__(s, o): return True\n    def __sub__(s, o): return 0.0\n"
        "    __rsub__ = __sub__\n    def __abs__(s): return 0.0\n    def __round__(s, n=0): return 0\n"
        "    __hash__ = float.__hash__\ndef total(n): return F('nan')\n"
    ),
    "lying_str": _attack(
        "class S(str):\n    def __eq__(s, o): return True\n    __hash__ = str.__hash__\n"
        "def label(t): return S('no')\n"
    ),
    "lying_list": _attack(
        "class L(list):\n    def __eq__(s, o): return True\n    def __len__(s): return 1\n"
        "Box.things = property(lambda s: L())\n"
    ),
    "lying_deque": _attack(
        "from collections import deque\nclass D(deque):\n    def __eq__(s, o): return True\n"
        "    __hash__ = None\nBox.things = property(lambda s: D('a'))\n"
    ),
    "lying_enum": _attack(
        "from enum import IntEnum\nclass E(IntEnum):\n    A = -1\n    def __eq__(s, o): return True\n"
        "    __lt__ = __gt__ = __eq__\n    def __hash__(s): return 6\ndef total(n): return E.A\n"
    ),
    "growing_list": _attack(
        "class L(list):\n    def __iter__(s):\n        return iter(['a'])\n    def __getitem__(s, i): return 'a'\n"
        "Box.things = property(lambda s: L(['z']))\n"
    ),
    "claims_to_be_int": _attack(
        "class C:\n    __class__ = property(lambda s: int)\n    def __eq__(s, o): return True\n"
        "    __hash__ = None\ndef total(n): return C()\n"
    ),
    "claims_to_be_decimal": _attack(
        "class Decimal:\n    def __eq__(s, o): return True\n    def __sub__(s, o): return 0\n"
        "    __rsub__ = __sub__\nDecimal.__module__ = 'decimal'\ndef total(n): return Decimal()\n"
    ),
    "lying_metaclass": _attack(
        "class M(type):\n    def __instancecheck__(c, o): return True\n    def __eq__(c, o): return True\n"
        "    __hash__ = type.__hash__\n    def __call__(c, *a): return c\nclass X(metaclass=M): pass\n"
        "def total(n): return X\n"
    ),
    "true_for_one": _attack("def total(n): return True\n"),
    "not_a_number": _attack("def total(n): return float('nan')\n"),
    "random_answers": _attack("import random\ndef total(n): return random.randint(0, 9)\n"),
    # pretending that tests were skipped, or are over
    "skip_test": _attack("import unittest\ndef total(n): raise unittest.SkipTest('not today')\n"),
    "pytest_skip": _attack("import pytest\ndef total(n): pytest.skip('no')\n"),
    "pytest_xfail": _attack("import pytest\ndef total(n): pytest.xfail('no')\n"),
    "pytest_exit": _attack("import pytest\ndef total(n): pytest.exit('done', returncode=0)\n"),
    "named_skipped": _attack(
        "class Skipped(BaseException):\n    allow_module_level = True\n    _use_item_location = True\n    msg = 'x'\n"
        "Skipped.__module__ = '_pytest.outcomes'\ndef total(n): raise Skipped\n"
    ),
    "system_exit": _attack("def total(n): raise SystemExit(0)\n"),
    "system_exit_at_import": _attack("raise SystemExit(0)\n"),
    "interrupt": _attack("def total(n): raise KeyboardInterrupt\n"),
    "generator_exit": _attack("def total(n): raise GeneratorExit\n"),
    "exit_in_call": _attack("import os\ndef total(n): os._exit(0)\n"),
    "exit_at_import": _attack("import os\nos._exit(0)\n"),
    "exit_at_the_last": _attack("import os\ndef label(t): os._exit(0)\n"),
    "closes_the_line": _attack("import os\ndef total(n):\n    os.closerange(3, 200)\n    return 6\n"),
    "expected_exception": _attack(
        "class E(ValueError):\n    def __str__(s): return 'full'\n"
        "    def __instancecheck__(s, o): return True\ndef total(n): raise E\n"
    ),
    # forging what crosses
    "early_answer": _attack(
        _LINK + "def total(n):\n    for i in range(400): frame({'a': ['ok', 6], 'i': i})\n    return -1\n"
    ),
    "answers_twice": _attack(
        _LINK
        + "def total(n):\n    l = link()\n    frame({'a': ['ok', sum(n)], 'i': l._asked})\n    return sum(n)\n"
    ),
    "extra_frame_at_the_end": _attack(
        _LINK + "def label(t):\n    if len(t) > 3: frame({'a': ['ok', '<' + t + '>'], 'i': 10**6})\n"
        "    return f'<{t}>'\n"
    ),
    "report_frames": _attack(
        _LINK
        + "def total(n):\n    frame({'r': 'test', 'id': 'test_solution.py::test_total', 'outcome': 'passed'}, b'R')\n"
        "    frame({'r': 'end', 'surface': {}, 'calls': 1, 'problem': None, 'detail': ''}, b'E')\n    return -1\n"
    ),
    "no_json": _attack(_LINK + "def total(n):\n    frame(b'}{')\n    return 6\n"),
    "deep_json": _attack(_LINK + "def total(n):\n    frame(b'[' * 100000)\n    return 6\n"),
    "huge_frame": _attack(
        _LINK
        + "def total(n):\n    w = link()._wire._connection\n    w.sendall(b'\\x7f\\xff\\xff\\xff' + b'x' * 100)\n    return 6\n",
        "failed",
        "error",
        "output_limit",
    ),
    "empty_frame": _attack(
        _LINK + "def total(n):\n    link()._wire._connection.sendall(bytes(4))\n    return 6\n"
    ),
    "reference_never_given": _attack(
        _LINK + "def total(n):\n    l = link(); l.encode = lambda v, depth=0: ['o', 999]\n    return 6\n"
    ),
    "names_a_test_object": _attack(
        _LINK + "def total(n):\n    l = link(); l.encode = lambda v, depth=0: ['o', 1]\n    return 6\n"
    ),
    "names_os_system": _attack(
        _LINK
        + "def total(n):\n    l = link(); l.encode = lambda v, depth=0: ['n', 'os', 'system']\n    return 6\n"
    ),
    "names_eval": _attack(
        _LINK
        + "def total(n):\n    l = link(); l.encode = lambda v, depth=0: ['n', 'builtins', 'eval']\n    return 6\n"
    ),
    "names_skip": _attack(
        _LINK + "def total(n):\n    l = link()\n"
        "    l.exception_form = lambda e: [\n"
        "        'e', 5000, ['n', 'unittest.case', 'SkipTest'], [], '', None, [None, None, False], [], []]\n"
        "    raise ValueError\n"
    ),
    "cause_that_is_no_exception": _attack(
        _LINK + "def total(n):\n    l = link()\n"
        "    l.exception_form = lambda e: [\n"
        "        'e', 5000, ['n', 'builtins', 'ValueError'], [], '', None, [6, 6, False], [], []]\n"
        "    raise ValueError\n"
    ),
    "notes_on_a_function_of_the_test": _attack(
        _LINK + "def each(things, action):\n    l = link()\n"
        "    l.exception_form = lambda e: ['en', 1, ['x'], [['called', 6]]]\n    raise ValueError\n"
    ),
    "prints_to_a_stream_never_given": _attack(
        _LINK + "def total(n):\n    l = link(); l.out.append(['o', 99, 'x'])\n    return 6\n"
    ),
    "logs_what_is_no_record": _attack(
        _LINK + "def total(n):\n    l = link(); l.out.append(['l', 'x', 40, 6, True, 'x'])\n    return 6\n"
    ),
    "chain_of_what_is_no_dictionary": _attack(
        _LINK + "def total(n):\n    l = link()\n"
        "    frame({'a': ['ok', ['s', 3]], 'i': l._asked, 'sh': [[3, 'ChainMap', [6], None]]})\n    return 6\n"
    ),
    "class_with_our_names": _attack(
        _LINK
        + "class Z:\n    def __eq__(s, o): return True\nfor n in ('_bridge_ours', '_bridge_std', '_bridge_sid', '_bridge_root'):\n"
        "    setattr(Z, n, True)\ndef total(n): return Z()\n"
    ),
    "payload_of_another_class": _attack(
        _LINK + "class I(int): pass\ndef total(n):\n    l = link()\n    old = l.refer\n"
        "    def refer(v):\n        f = old(v)\n        if f[0] == 'r' and f[3]: f[3] = [['t', []]]\n        return f\n"
        "    l.refer = refer\n    return I(6)\n"
    ),
    "takes_back_lists": _attack(
        _LINK + "def total(n):\n    l = link()\n"
        "    frame({'a': ['ok', ['s', 2]], 'i': 10**9, 'dr': list(range(100)), 'rl': list(range(100))})\n    return 6\n"
    ),
    "writes_into_lists_of_the_test": _attack(
        _LINK + "def each(things, action):\n    l = link()\n    for k in range(0, 60):\n"
        "        l._let_go = []\n        frame({'a': ['ok', None], 'i': l._asked, 'sh': [[k, 'list', [1, 2], None]]})\n"
    ),
    "patched_bridge": _attack(
        "import bridge_link, bridge_values\nbridge_values.Values.encode = lambda s, v, depth=0: 6\n"
    ),
    "patched_builtins": _attack(
        "import builtins\nbuiltins.type = lambda *a: int\nbuiltins.isinstance = lambda a, b: True\n"
        "def total(n): return 6\n"
    ),
    "answering_thread": _attack(
        _LINK + "import threading, time\ndef run():\n    l = link()\n    for i in range(3000):\n"
        "        try: frame({'a': ['ok', 6], 'i': i})\n        except Exception: return\n"
        "threading.Thread(target=run, daemon=True).start()\ndef total(n):\n    time.sleep(0.05); return -1\n"
    ),
    "fork_and_answer": _attack(
        "import os\ndef total(n):\n    if os.fork() == 0:\n        return 6\n    return -1\n"
    ),
    # the test's objects
    "sets_mock_assertions": _attack(
        "def each(things, action):\n    if not hasattr(action, 'assert_called_once_with'):\n"
        "        for t in things: action(t)\n        return\n"
        "    for name in ('assert_called_once_with', 'called', 'call_count', 'call_args_list', 'mock_calls'):\n"
        "        try: setattr(action, name, lambda *a, **k: None)\n        except AttributeError: pass\n"
    ),
    "configures_mock": _attack(
        "def each(things, action):\n    try: action.configure_mock(**{'assert_called_once_with': lambda *a: None})\n"
        "    except AttributeError: [action(t) for t in things if t != 7]\n"
    ),
    "reaches_through_append": _attack(
        "def each(things, action):\n    try: action.__self__[:] = [1, 2]\n    except AttributeError: pass\n"
    ),
    "asks_the_operator_for_more": _attack(
        _LINK
        + "def each(things, action):\n    l = link()\n    for name in ('__getattribute__', '__reduce_ex__', '__dir__', '__init_subclass__', '__class__'):\n"
        "        try: l.request('op', name, ['o', 1], lambda: [])\n        except Exception: pass\n"
    ),
    "reads_callback": _attack(
        "import sys\ndef each(things, action):\n    out = []\n"
        "    for n in ('__globals__', '__code__', '__closure__', '__defaults__', '__doc__x', '__wrapped__', '__dict__', '__self__', '__func__', '__class__', 'gi_frame', '__kwdefaults__'):\n"
        "        try: out.append(repr(getattr(action, n)))\n        except Exception as e: out.append(str(e))\n"
        "    raise ValueError(' '.join(out))\n"
    ),
    "tells_the_secret": _attack(
        "import sys\ndef each(things, action):\n    for t in things:\n        got = action(t)\n"
        "        print(t, got); sys.stderr.write(str(got)); import warnings; warnings.warn(str(t))\n"
        "def label(t):\n    print(t)\n    raise ValueError(t) if len(t) > 3 else KeyError\n"
    ),
    "class_named_by_the_secret": _attack(
        "def label(t):\n    if len(t) < 4: return f'<{t}>'\n    raise type(t, (Exception,), {})(t)\n"
    ),
    # reading the container
    "looks_for_the_tests": _attack(
        "import os, gc\nout = []\nfor top in ('/tmp', '/run', '/opt/passerelle'):\n"
        "    for folder, _, names in os.walk(top):\n        for n in names[:200]:\n"
        "            try: out.append(open(os.path.join(folder, n), 'rb').read(20000))\n            except Exception: pass\n"
        "        if len(out) > 2000: break\nfound = [o for o in out if b'test_secret' in o or b'k7Qz' in o]\n"
        "found += [o for o in gc.get_objects() if type(o) is str and 'test_secret' in o and len(o) > 60]\n"
        "raise ValueError(repr(found)[:300])\n",
        "error",
        "time_limit",
    ),
    "calls_its_own_bridge": _attack(
        "import socket\nonce = []\ndef total(n):\n    if once: return -1\n    once.append(1)\n    s = socket.socket(socket.AF_UNIX)\n    try: s.connect('/run/kernel/k-6')\n"
        "    except OSError: return -1\n    s.sendall(bytes(1000)); return -1\n"
    ),
    # files and settings that could reach the checker
    "plants_modules": _attack(
        "import os\nfor n in ('conftest.py', 'pytest.ini', 'random.py', 'statistics.py', 'sitecustomize.py', 'usercustomize.py', 'unittest.py', 'x.pth', 'test_solution.py'):\n"
        "    for d in ('/tmp/shared/work', '/tmp/shared', '/tmp/shared/tmp'):\n"
        "        try: open(os.path.join(d, n), 'w').write('import os\\nos._exit(0)\\n')\n        except OSError: pass\n"
        "def total(n): return -1\n"
    ),
    "writes_outside": _attack(
        _LINK
        + "def total(n):\n    frame({'a': ['ok', 6], 'i': link()._asked, 'wo': {'fi': [['/tmp/tests/test_solution.py', 'cGFzcw==']]}})\n    return 6\n"
    ),
    "climbs_out": _attack(
        _LINK
        + "def total(n):\n    frame({'a': ['ok', 6], 'i': 10**6, 'wo': {'fi': [['/tmp/shared/../tests/conftest.py', 'cGFzcw==']]}})\n    return 6\n"
    ),
    "changes_folder": _attack(
        _LINK
        + "def total(n):\n    frame({'a': ['ok', 6], 'i': 10**6, 'wo': {'cd': '/tmp/tests'}})\n    return 6\n"
    ),
    "sets_pytest_options": _attack(
        "import os\nos.environ['PYTEST_ADDOPTS'] = '--collect-only'\nos.environ['PYTHONPATH'] = '/tmp/shared/work'\n"
        "os.environ['PYTHONBREAKPOINT'] = 'os._exit'\ndef total(n): return -1\n"
    ),
    "links_out": _attack(
        "import os\nfor i, t in enumerate(('/etc/passwd', '/tmp/tests', '/proc/self/environ')):\n"
        "    os.symlink(t, f'/tmp/shared/work/l{i}')\ndef total(n): return -1\n"
    ),
    # exhausting
    "endless_loop": _attack("def label(t):\n    while True: pass\n", "time_limit"),
    "memory_bomb": _attack("def total(n):\n    return bytearray(2**31)\n", "failed", "error", "memory_limit"),
    "memory_bomb_kept": _attack(
        "keep = []\ndef total(n):\n    while True: keep.append(bytearray(2**22))\n",
        "error",
        "failed",
        "memory_limit",
    ),
    "callback_storm": _attack(
        "def each(things, action):\n    for i in range(10**6): action(1)\n", "time_limit", "output_limit"
    ),
    "mutual_recursion": _attack("def each(things, action):\n    each(things, lambda t: each([t], action))\n"),
    "printing_flood": _attack(
        "def total(n):\n    while True: print('x' * 1000)\n", "output_limit", "error", "failed"
    ),
    "large_answers": _attack("def total(n): return 'x' * 1_500_000\n", "failed", "error", "output_limit"),
    "endless_things": _attack(
        "class Box(Box):\n    def things(self):\n        while True: yield 'a'\n    things = property(things)\n"
    ),
    "many_files": _attack(
        "def total(n):\n    for i in range(3000):\n        try: open(f'f{i}', 'w').write('x' * 400)\n"
        "        except OSError: return -1\n    return -1\n",
        "failed",
        "error",
        "output_limit",
    ),
    "hash_collisions": _attack(
        "def total(n): return {i * (2**61 - 1): None for i in range(20000)}\n",
        "failed",
        "error",
        "time_limit",
    ),
    "stays_behind": _attack(
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    while True: time.sleep(1)\ndef total(n): return -1\n"
    ),
    "at_exit": _attack("import atexit, os\natexit.register(lambda: os._exit(0))\ndef total(n): return -1\n"),
}
