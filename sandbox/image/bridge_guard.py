"""Keeps a student's text from being run in the checker by a test that means no harm.

`eval(repr(point))`, a docstring's examples and `pickle.loads(saved)` would run what the program wrote, in the
process that says how its tests end. So a test may run only text that stands in the tests, and may unpickle only
plain values.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from bridge_names import PLAIN_CLASSES, builtin_exception
from bridge_values import Unbridged

_EXAMPLES = "/doctest.py"
_PICKLED = {("copyreg", "_reconstructor"), ("copyreg", "__newobj__")}
refused: list[str] = []
"""What was refused in the test that runs; `doctest` itself catches the exception."""
EVAL_REFUSED = (
    "The test runs a text that does not stand in it (`eval`, `exec`, `compile`): it could be the program's. "
    "Compare the text itself, read plain values with `ast.literal_eval`, or find a name with `getattr`."
)
DOCTEST_REFUSED = (
    "`doctest` would run the text of the program's docstrings. Write the examples into the test."
)
UNPICKLE_REFUSED = (
    "The test unpickles more than plain values: that would run what the program wrote. "
    "Let the program load what it saved, and test what it then has."
)


def watch(folder: str, texts: Iterable[str]) -> None:
    """From now on refuse to run what does not stand in `texts`, the files of the tests below `folder`."""
    known = "\n".join(map(_flat, texts))

    def stands_in_tests(source: Any) -> bool:
        """In one piece: out of single lines, or words, of the tests a program could make another text."""
        text = source.decode("utf-8", "replace") if type(source) is bytes else source
        return type(text) is not str or _flat(text) in known

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "compile":
            caller = sys._getframe(1).f_code.co_filename
            examples = caller.endswith(_EXAMPLES)
            if (examples or caller.startswith(folder)) and not stands_in_tests(args[0]):
                _refuse(DOCTEST_REFUSED if examples else EVAL_REFUSED)
        elif event == "pickle.find_class" and not _is_plain(*args):
            _refuse(UNPICKLE_REFUSED)

    sys.addaudithook(hook)


def _flat(text: str) -> str:
    """A text without what only its place in a file gives to it: indentation, and empty lines around it."""
    return "\n".join(line.strip() for line in text.splitlines()).strip("\n")


def _refuse(why: str) -> None:
    refused.append(why)
    raise Unbridged(why)


def _is_plain(module: str, name: str) -> bool:
    known = (module, name) in PLAIN_CLASSES or (module, name) in _PICKLED
    return known or (module == "builtins" and builtin_exception(name) is not None)
