"""What grading does differently in each language: how values travel, are compared and are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from lms.catalog.jsvalues import UNDEFINED
from lms.catalog.languages import JAVASCRIPT, PYTHON, CodeLanguage, language_of
from lms.catalog.literals import Call
from lms.grading import jscodec, wire
from lms.grading.compare import same_value
from lms.grading.display import show, type_name
from lms.grading.jsnotation import js_type_name, same_js_value, show_js
from sandbox import codec


class Comparison(Protocol):
    """Whether a value is the expected one; with a tolerance, numbers may differ by that much."""

    def __call__(self, expected: object, got: object, tolerance: float | None = None) -> bool:
        """The decision."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One language as the grader needs it."""

    language: CodeLanguage
    call: Callable[[Call], dict[str, object]]
    """A call's data as the harness reads it."""
    code: Callable[[Mapping[str, object], str], str]
    """The line that has the harness do a request and answer on a channel."""
    decode: Callable[[object], object]
    same: Comparison
    show: Callable[[object], str]
    type_name: Callable[[object], str]
    nothing: object
    """What a function gives that returns nothing."""
    nothing_message: str
    syntax_message: str
    name_error: str
    comment: str


DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {
        "python": Dialect(
            language=PYTHON,
            call=wire.python_call,
            code=wire.code_for,
            decode=codec.decode,
            same=same_value,
            show=show,
            type_name=type_name,
            nothing=None,
            nothing_message="returned_none",
            syntax_message="syntax",
            name_error="NameError",
            comment="#",
        ),
        "javascript": Dialect(
            language=JAVASCRIPT,
            call=wire.javascript_call,
            code=wire.javascript_code_for,
            decode=jscodec.decode,
            same=same_js_value,
            show=show_js,
            type_name=js_type_name,
            nothing=UNDEFINED,
            nothing_message="returned_undefined",
            syntax_message="syntax_javascript",
            name_error="ReferenceError",
            comment="//",
        ),
    }
)


def dialect_of(kernel: str) -> Dialect:
    """The dialect of a kernel's name."""
    return DIALECTS[language_of(kernel).kernel]
