"""Hand-ins that are right but for one thing, against checks as data and rules.

`FORGED` are for the exercise "double" of `checks`: each would pass if one defence were missing. `RULED` are for
"add": `add([1, 2])` must give 3 and the text must use `for` and not use `while` or `sum(…)`. All of them add
rightly; what they break is a rule, and what they try is not to be seen.
"""

from __future__ import annotations

from tests.attacks.checks import HONEST, PUBLISH, Attack

_OWN_PUBLISH = (
    "import os, time\nimport passerelle_harness as harness\npublished, held = harness._publish, []\n"
)
_PLACE = "{3: 0, 0: 1}.get(x, 2)"


def _attack(source: str, *outcomes: str) -> Attack:
    return Attack(HONEST + source, frozenset(outcomes or {"failed"}))


def _publishing(*lines: str) -> str:
    """A program whose answers go through a function of its own."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"{_OWN_PUBLISH}def publish(channel, payload):\n{body}harness._publish = publish\n"


FORGED: dict[str, Attack] = {
    "answers_the_load_twice": _attack(
        PUBLISH
        + "publish(channel_in_frames(), {'load': {'error': None, 'printed': '', 'overflow': False}})\n",
        "error",
    ),
    "answers_each_check_twice": _attack(
        PUBLISH + f"def double(x):\n    publish(channel_in_frames(), {{'check': {_PLACE},"
        " 'results': [result(x * 2)]})\n    return x * 2\n"
    ),
    "answers_in_another_order": _attack(
        _publishing(
            "if payload.get('check') == 0: return held.append((channel, payload))",
            "published(channel, payload)",
            "if payload.get('check') == 1: published(*held.pop())",
        )
    ),
    "leaves_one_out": _attack(_publishing("if payload.get('check') != 1: published(channel, payload)")),
    "leaves_the_last_out": _attack(_publishing("if payload.get('check') != 2: published(channel, payload)")),
    "one_result_too_many": _attack(
        _publishing(
            "payload.get('results', []).append(payload.get('results', [0])[0])", "published(channel, payload)"
        )
    ),
    "one_field_too_many": _attack(_publishing("published(channel, {**payload, 'outcome': 'passed'})")),
    "one_field_of_a_result_too_many": _attack(
        _publishing(
            "for item in payload.get('results', []): item['outcome'] = 'passed'",
            "published(channel, payload)",
        )
    ),
    "a_number_for_true": _attack(
        _publishing(
            "for item in payload.get('results', []): item['overflow'] = 0", "published(channel, payload)"
        )
    ),
    "a_bool_for_the_check": _attack(
        _publishing(
            "if payload.get('check') in (0, 1): payload['check'] = bool(payload['check'])",
            "published(channel, payload)",
        )
    ),
    "an_unknown_problem": _attack(
        _publishing(
            "for item in payload.get('results', []): item['problem'] = 'none'", "published(channel, payload)"
        )
    ),
    "leaves_when_all_is_answered": _attack(
        _publishing(
            "published(channel, payload)", "if payload.get('check') == 2: time.sleep(0.3); os._exit(0)"
        ),
        "error",
    ),
    "leaves_when_the_visible_are_answered": _attack(
        _publishing(
            "published(channel, payload)", "if payload.get('check') == 1: time.sleep(0.3); os._exit(0)"
        ),
        "error",
    ),
    "prints_too_much_and_goes_on": _attack(
        "def double(x):\n    try: print('x' * 60_000)\n    except BaseException: pass\n    return x * 2\n",
        "output_limit",
    ),
    "floods_while_loading_and_goes_on": _attack(
        "try: print('x' * 60_000)\nexcept BaseException: pass\n", "output_limit"
    ),
    "floods_another_channel": _attack(
        PUBLISH
        + "def double(x):\n    for _ in range(6): publish('other', 'x' * 900_000)\n    return x * 2\n",
        "output_limit",
    ),
    "reads_the_request": _attack(
        "import sys\ndef double(x):\n    frame = sys._getframe()\n    while frame:\n"
        "        print(frame.f_locals.get('request'))\n        frame = frame.f_back\n"
        "    return {3: 6, 0: 0}.get(x)\n"
    ),
    "true_for_one_in_a_list": _attack("def double(x): return [x * 2]\n"),
}

_ADD = "def add(numbers):\n    return sum(numbers)\n"
ADDS = "def add(numbers):\n    total = 0\n    for number in numbers:\n        total += number\n    return total\n"


def _ruled(source: str, *outcomes: str) -> Attack:
    return Attack(source, frozenset(outcomes or {"rule"}))


RULED: dict[str, Attack] = {
    "breaks_them_openly": _ruled(_ADD),
    "only_in_a_text": _ruled("'''\nfor a in b: pass\n'''\n# for c in d: pass\n" + _ADD),
    "replaces_the_search": _ruled(
        "import passerelle_rules\n"
        "passerelle_rules.find = lambda *a: {'found': [['for', 'solution.py', 1]], 'readable': True}\n" + _ADD
    ),
    "replaces_the_parser": _ruled(
        "import ast\nast.parse = lambda *a, parse=ast.parse, **k: parse('for a in b: pass')\n" + _ADD
    ),
    "answers_the_rules_itself": _ruled(
        PUBLISH + "publish(channel_in_frames(), {'rules': {'found': [['for', 'solution.py', 1]], 'readable': True}})\n"
        + _ADD,
        "error",
    ),
    "swaps_its_text": _ruled(
        "import glob, linecache\n"
        f"text = {ADDS!r}\n"
        "for path in ['solution.py', *glob.glob('/tmp/work-*/solution.py')]: open(path, 'w').write(text)\n"
        "linecache.cache['solution.py'] = (len(text), None, text.splitlines(True), 'solution.py')\n"
        "import passerelle_harness as harness\nharness._state.files['solution.py'] = text\n" + _ADD
    ),
    "too_deep_for_the_search": _ruled(_ADD + "x = " + "-" * 20_000 + "1\n", "error", "rule"),
    "too_many_brackets": _ruled(_ADD + "x = " + "(" * 5000 + ")" * 5000 + "\n", "error"),
    "a_long_chain": _ruled(_ADD + "def never():\n    return " + "x" + ".y()" * 2_000 + "\n", "error", "rule"),
    "a_wide_text": _ruled(_ADD + "x = [" + "lambda: 0," * 15_000 + "]\n", "rule", "error"),
    "no_character_of_python": _ruled(_ADD + "x = '\x00'\n", "error"),
}  # fmt: skip
