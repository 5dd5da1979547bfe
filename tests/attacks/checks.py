"""Hostile hand-ins. Each is a text for `solution.py` of the exercise "double", and what may come of it.

The exercise has two visible checks, double(3) = 6 and double(0) = 0, and a hidden one, double(CANARY).
None may pass, none may show the canary, and the next honest hand-in must pass.
"""

from __future__ import annotations

from dataclasses import dataclass

CANARY = 7_340_912_655
HONEST = "def double(x):\n    return x * 2\n"


@dataclass(frozen=True, slots=True)
class Attack:
    """The text and the outcomes that are right for it."""

    source: str
    outcomes: frozenset[str]


def _attack(source: str, *outcomes: str) -> Attack:
    return Attack(source, frozenset(outcomes or {"failed"}))


PUBLISH = """
MIME = "application/vnd.passerelle.answer+json"
def publish(channel, payload):
    from IPython import get_ipython
    get_ipython().display_pub.publish({MIME: {"channel": channel, "payload": payload}})
def result(value):
    return {"value": {"t": "int", "v": format(value, "x")}, "error": None, "problem": None, "name": "",
            "printed": "", "overflow": False}
def channel_in_frames():
    import sys
    frame = sys._getframe()
    while frame:
        if isinstance(frame.f_locals.get("channel"), str):
            return frame.f_locals["channel"]
        frame = frame.f_back
"""

ATTACKS: dict[str, Attack] = {
    # forging the value
    "lying_eq": _attack(
        "class Yes:\n"
        "    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "    def __bool__(self): return True\n"
        "    def __float__(self): return 6.0\n"
        "    def __hash__(self): return hash(6)\n"
        "    def __repr__(self): return '6'\n"
        "def double(x): return Yes()\n"
    ),
    "int_subclass": _attack(
        "class Six(int):\n"
        "    def __eq__(self, other): return True\n"
        "    __hash__ = int.__hash__\n"
        "def double(x): return Six(x * 2)\n"
    ),
    "forged_class_name": _attack(
        "class Lie(int): pass\n"
        "Lie.__name__ = Lie.__qualname__ = 'int'\n"
        "Lie.__module__ = 'builtins'\n"
        "def double(x): return Lie(x * 2)\n"
    ),
    "lying_class_attribute": _attack(
        "class Lie:\n    __class__ = int\n    def __int__(self): return 6\ndef double(x): return Lie()\n"
    ),
    "bool_for_int": _attack("def double(x): return x * 2 if x else False\n"),
    "float_for_int": _attack("def double(x): return x * 2.0\n"),
    "text_for_int": _attack("def double(x): return str(x * 2)\n"),
    "nan": _attack("def double(x): return float('nan')\n"),
    "only_the_visible": _attack("def double(x): return {3: 6, 0: 0}.get(x)\n"),
    "random_answers": _attack("import random\ndef double(x): return random.randrange(10**9)\n"),
    # ending early
    "sys_exit": _attack("import sys\nsys.exit(0)\n", "error"),
    "sys_exit_in_call": _attack("import sys\ndef double(x): sys.exit(0)\n", "error"),
    "os_exit": _attack("import os\nos._exit(0)\n", "error"),
    "os_exit_in_call": _attack("import os\ndef double(x): os._exit(0)\n", "error"),
    "kill_parent": _attack(
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "error", "memory_limit"
    ),
    "atexit": _attack(
        "import atexit, os\natexit.register(lambda: os._exit(0))\ndef double(x): raise SystemExit(0)\n",
        "error",
    ),
    "raise_keyboard_interrupt": _attack("def double(x): raise KeyboardInterrupt\n"),
    "says_passed": _attack("def double(x):\n    print('passed: all 3 tests passed')\n    return None\n"),
    # changing what judges
    "patched_builtins": _attack(
        "import builtins\n"
        "builtins.type = lambda *a: int\n"
        "builtins.isinstance = lambda *a: True\n"
        "builtins.repr = lambda *a: '6'\n"
        "builtins.format = lambda *a: '6'\n"
        "def double(x): return object()\n",
        "failed",
        "error",
        "time_limit",
        "output_limit",
    ),
    "patched_codec": _attack(
        "import codec\n"
        "codec.encode = lambda value, describe=None: {'t': 'int', 'v': '6'}\n"
        "def double(x): return None\n"
    ),
    "replaced_harness": _attack(
        "import sys, types\n"
        "fake = types.ModuleType('passerelle_harness')\n"
        "fake.serve = lambda packed: None\n"
        "sys.modules['passerelle_harness'] = fake\n"
        "def double(x): return 0\n"
    ),
    "harness_answers_itself": _attack(
        PUBLISH + "import passerelle_harness as harness\n"
        "def serve(packed):\n"
        "    import base64, json, zlib\n"
        "    request = json.loads(zlib.decompress(base64.b64decode(packed)))\n"
        "    for check in request['checks']:\n"
        "        publish(request['channel'], {'check': check['index'], 'results': [result(6)]})\n"
        "harness.serve = serve\n"
        "def double(x): return None\n"
    ),
    "swapped_execute_request": _attack(
        "from ipykernel.kernelapp import IPKernelApp\n"
        "kernel = IPKernelApp.instance().kernel\n"
        "async def nothing(stream, ident, parent): pass\n"
        "kernel.shell_handlers['execute_request'] = nothing\n"
        "kernel.do_execute = nothing\n"
        "def double(x): return None\n",
        "failed",
        "time_limit",
        "error",
    ),
    "patched_run_cell": _attack(
        "from IPython import get_ipython\n"
        "shell = get_ipython()\n"
        "shell.run_cell = lambda *a, **k: None\n"
        "type(shell).run_cell = lambda *a, **k: None\n"
        "type(shell).run_code = lambda *a, **k: None\n"
        "def double(x): return None\n",
        "failed",
        "error",
        "time_limit",
    ),
    "ast_transformer": _attack(
        "from IPython import get_ipython\n"
        "import ast\n"
        "class Empty(ast.NodeTransformer):\n"
        "    def visit_Module(self, node): return ast.Module(body=[], type_ignores=[])\n"
        "get_ipython().ast_transformers.append(Empty())\n"
        "def double(x): return None\n"
    ),
    # answers on the channel
    "answer_on_a_guessed_channel": _attack(
        PUBLISH + "for name in ('', 'answer', '0' * 32, 'channel'):\n"
        "    for index in range(3):\n"
        "        publish(name, {'check': index, 'results': [result(6)]})\n"
        "def double(x): return None\n"
    ),
    "answers_while_loading": _attack(
        PUBLISH + "channel = channel_in_frames()\n"
        "for index, value in enumerate((6, 0, 0)):\n"
        "    publish(channel, {'check': index, 'results': [result(value)]})\n"
        "def double(x): return None\n",
        "failed",
        "error",
    ),
    "answered_twice": _attack(
        PUBLISH + "def double(x):\n"
        "    channel = channel_in_frames()\n"
        "    for index, value in enumerate((6, 0, 0)):\n"
        "        publish(channel, {'check': index, 'results': [result(value)]})\n"
        "    return x * 2\n"
    ),
    "answer_for_another_phase": _attack(
        PUBLISH + "def double(x):\n"
        "    publish(channel_in_frames(), {'check': 2, 'results': [result(14681825310)]})\n"
        "    return x * 2\n"
    ),
    "many_answers": _attack(
        PUBLISH + "def double(x):\n"
        "    channel = channel_in_frames()\n"
        "    for _ in range(50000):\n"
        "        publish(channel, {'check': 0, 'results': [result(6)]})\n"
        "    return x * 2\n",
        "failed",
        "output_limit",
    ),
    "malformed_answer": _attack(
        PUBLISH + "def double(x):\n"
        "    channel = channel_in_frames()\n"
        "    for payload in (None, [], {}, {'check': True, 'results': []}, {'check': 0, 'results': [{}]}):\n"
        "        publish(channel, payload)\n"
        "    return x * 2\n"
    ),
    "nested_answer": _attack(
        PUBLISH + "import json\n"
        "class Raw(dict): pass\n"
        "def double(x):\n"
        "    deep = 0\n"
        "    for _ in range(900): deep = [deep]\n"
        "    publish(channel_in_frames(), {'check': 0, 'results': deep})\n"
        "    return x * 2\n",
        "failed",
        "error",
        "output_limit",
    ),
    "answer_from_a_thread": _attack(
        PUBLISH + "import threading, time\n"
        "def double(x):\n"
        "    channel = channel_in_frames()\n"
        "    def later():\n"
        "        for _ in range(20):\n"
        "            publish(channel, {'check': 2, 'results': [result(6)]})\n"
        "            time.sleep(0.01)\n"
        "    threading.Thread(target=later, daemon=True).start()\n"
        "    return {3: 6, 0: 0}.get(x)\n"
    ),
    # reading what is hidden
    "hunt_in_memory": _attack(
        "import gc, sys\n"
        "def double(x):\n"
        "    print([o for o in gc.get_objects() if type(o) is dict and 'hidden' in map(str, o)][:50])\n"
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        print(str(frame.f_locals)[:2000])\n"
        "        frame = frame.f_back\n"
        "    return {3: 6, 0: 0}.get(x)\n",
        "failed",
        "output_limit",
    ),
    "tell_hidden_input": _attack(
        "import sys, os\n"
        "def double(x):\n"
        "    print('input', x)\n"
        "    sys.stderr.write(str(x))\n"
        "    os.write(1, str(x).encode())\n"
        "    if x not in (3, 0): raise ValueError(f'the input was {x}')\n"
        "    return x * 2\n",
        "error",
    ),
    "return_hidden_input": _attack("def double(x): return x * 2 if x in (3, 0) else ['it was', x, str(x)]\n"),
    "display_hidden_input": _attack(
        "def double(x):\n"
        "    from IPython.display import display\n"
        "    display({'text/plain': str(x)}, raw=True)\n"
        "    return x * 2 if x in (3, 0) else None\n"
    ),
    "thread_that_watches": _attack(
        "import sys, threading, time\n"
        "seen = set()\n"
        "def watch():\n"
        "    while True:\n"
        "        for frame in sys._current_frames().values():\n"
        "            while frame:\n"
        "                if 'x' in frame.f_locals: seen.add(str(frame.f_locals['x']))\n"
        "                frame = frame.f_back\n"
        "        print(seen, file=sys.__stdout__)\n"
        "        time.sleep(0.002)\n"
        "threading.Thread(target=watch, daemon=True).start()\n"
        "def double(x):\n"
        "    time.sleep(0.05)\n"
        "    return x * 2 if x in (3, 0) else None\n",
        "failed",
        "output_limit",
    ),
    "expected_value_in_files": _attack(
        "import glob, os\n"
        "def double(x):\n"
        "    for path in glob.glob('/opt/**/*', recursive=True) + glob.glob('/tmp/**/*', recursive=True):\n"
        "        if os.path.isfile(path): print(path, open(path, 'rb').read()[:200])\n"
        "    print(dict(os.environ), open('/proc/self/cmdline').read())\n"
        "    return {3: 6, 0: 0}.get(x)\n",
        "failed",
        "output_limit",
    ),
    # using everything up
    "endless_loop": _attack("def double(x):\n    while True: pass\n", "time_limit"),
    "endless_loop_while_loading": _attack("while True: pass\n", "time_limit"),
    "ignores_interrupts": _attack(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "def double(x):\n"
        "    while True:\n"
        "        try:\n"
        "            while True: pass\n"
        "        except BaseException: pass\n",
        "time_limit",
    ),
    "loop_in_c": _attack("def double(x): return sum(range(10**15))\n", "time_limit"),
    "memory_bomb": _attack(
        "def double(x):\n    kept = []\n    while True: kept.append(bytearray(10_000_000))\n",
        "memory_limit",
        "error",
    ),
    "memory_bomb_in_a_child": _attack(
        "import os\n"
        "def double(x):\n"
        "    if os.fork() == 0:\n"
        "        kept = []\n"
        "        while True: kept.append(bytearray(10_000_000))\n"
        "    os.wait()\n"
        "    return None\n",
        "failed",
        "memory_limit",
        "error",
    ),
    "fork_bomb": _attack(
        "import os\ndef double(x):\n    while True: os.fork()\n",
        "error",
        "time_limit",
        "memory_limit",
        "failed",
    ),
    "thread_bomb": _attack(
        "import threading, time\n"
        "def double(x):\n"
        "    while True: threading.Thread(target=time.sleep, args=(60,)).start()\n",
        "error",
        "time_limit",
        "memory_limit",
    ),
    "output_flood": _attack("def double(x):\n    while True: print('x' * 1000)\n", "output_limit"),
    "output_flood_swallowed": _attack(
        "def double(x):\n"
        "    while True:\n"
        "        try: print('x' * 1000)\n"
        "        except BaseException: pass\n",
        "output_limit",
        "time_limit",
    ),
    "output_flood_past_the_capture": _attack(
        "import os\ndef double(x):\n    while True: os.write(1, b'x' * 60000)\n", "output_limit", "time_limit"
    ),
    "deep_recursion": _attack("def double(x): return double(x)\n", "error"),
    "deep_recursion_without_limit": _attack(
        "import sys\nsys.setrecursionlimit(10**9)\ndef double(x): return double([x])\n",
        "error",
        "memory_limit",
        "time_limit",
    ),
    "nested_value": _attack("def double(x):\n    v = 0\n    for _ in range(900): v = [v]\n    return v\n"),
    "cyclic_value": _attack("def double(x):\n    v = []\n    v.append(v)\n    return v\n"),
    "huge_int": _attack("def double(x): return 10 ** 70_000\n"),
    "huge_int_to_text": _attack("def double(x): return str(10 ** 100_000)\n", "error"),
    "huge_text": _attack("def double(x): return 'x' * 50_000_000\n", "failed", "memory_limit"),
    "deep_source": _attack("x = " + "(" * 5000 + ")" * 5000 + "\n", "error"),
    "deep_operators": _attack("x = " + "-" * 50_000 + "1\n", "error"),
    "null_in_source": _attack("x = 1\x00\n", "error"),
    "surrogates": _attack(
        "def double(x):\n    print('\\ud800\\x00\\x1b[2J')\n    raise ValueError('\\udfff')\n", "error"
    ),
    "exception_that_lies": _attack(
        "class Bad(Exception):\n"
        "    def __str__(self): raise self\n"
        "    def __repr__(self): raise self\n"
        "Bad.__module__ = []\n"
        "Bad.__name__ = 'x' * 10000\n"
        "def double(x): raise Bad\n",
        "failed",
        "error",
    ),
    "repr_that_never_ends": _attack(
        "class Slow:\n    def __repr__(self):\n        while True: pass\ndef double(x): return Slow()\n",
        "time_limit",
    ),
}
