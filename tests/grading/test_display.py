"""Values as they are shown: Python's notation, short, and safe to store anywhere."""

from __future__ import annotations

import pytest

from lms.grading.display import MAX_SHOWN, clip, show
from sandbox.codec import Opaque


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (6, "6"),
        ("6", "'6'"),
        ([1, (2,), {3}], "[1, (2,), {3}]"),
        ({"a": None}, "{'a': None}"),
        (Opaque("Account", "<Account of Amal>"), "<Account of Amal>"),
        ("\ud800\x00", "'\\ud800\\x00'"),
    ],
)
def test_shown_as_python_writes_it(value: object, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    "value",
    [10**100_000, -(10**100_000), ["x" * 1_000] * 1_000, dict.fromkeys(range(999), "y" * 99)],
    ids=["int", "negative", "list", "dict"],
)
def test_large_values_are_cut(value: object) -> None:
    assert len(show(value)) <= MAX_SHOWN


def test_text_that_no_database_can_hold_is_made_safe() -> None:
    assert clip("a\x00b\udfff") == "a\ufffdb\ufffd"
    assert len(clip("x" * 100_000, 50)) <= 50
