"""The languages that exercises and cells are written in: how their files are named and their values are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from lms.catalog.jsliterals import parse_js_call, parse_js_literal
from lms.catalog.literals import Call, parse_call, parse_literal


class CallReader(Protocol):
    """Reads a call such as `double(3)`; with `names`, arguments may be names of objects."""

    def __call__(self, text: str, *, names: bool = True) -> Call:
        """The call; LiteralError when it is none."""


@dataclass(frozen=True, slots=True)
class CodeLanguage:
    """One language; `kernel` is its name in `exercise.toml`, in cells and in the sandbox."""

    kernel: str
    title: str
    suffix: str
    signs: str
    """The signs that phone keyboards hide, each offered as a key below an editor."""
    name: re.Pattern[str]
    parse_literal: Callable[[str], object]
    parse_call: CallReader
    has_modules: bool
    """Whether a program may be of several files."""
    has_rules: bool
    has_suites: bool


PYTHON: Final = CodeLanguage(
    kernel="python",
    title="Python",
    suffix=".py",
    signs="()[]{}:=\"'#_,",
    name=re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    parse_literal=parse_literal,
    parse_call=parse_call,
    has_modules=True,
    has_rules=True,
    has_suites=True,
)
JAVASCRIPT: Final = CodeLanguage(
    kernel="javascript",
    title="JavaScript",
    suffix=".js",
    signs="(){}[];=\"'`$.,:<>&|!/",
    name=re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*"),
    parse_literal=parse_js_literal,
    parse_call=parse_js_call,
    has_modules=False,
    has_rules=False,
    has_suites=False,
)
LANGUAGES: Final[Mapping[str, CodeLanguage]] = MappingProxyType(
    {language.kernel: language for language in (PYTHON, JAVASCRIPT)}
)


def language_of(kernel: object) -> CodeLanguage:
    """The language of a kernel's name; Python for one that is not known, which is a fault told elsewhere."""
    return LANGUAGES.get(kernel, PYTHON) if isinstance(kernel, str) else PYTHON
