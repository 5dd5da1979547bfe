"""What differs is shown line by line with the changed words marked; what cannot be shown is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.authoring.differences import MOST_LINES, FileDiff, file_diff


def shown(diff: FileDiff) -> list[str]:
    signs = {"same": " ", "added": "+", "removed": "-", "gap": "~"}
    return [
        signs[row.kind] + "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in row.pieces)
        for row in diff.rows or ()
    ]


def numbers(diff: FileDiff) -> list[int | None]:
    return [row.number for row in diff.rows or ()]


def test_changed_words_are_marked_in_their_line() -> None:
    diff = file_diff(
        "a.md", b"# Title\n\nWe count to three.\n\nEnd.\n", b"# Title\n\nWe count to four.\n\nEnd.\n"
    )
    assert shown(diff) == [" # Title", " ", "-We count to [three].", "+We count to [four].", " ", " End."]
    assert numbers(diff) == [1, 2, 3, 3, 4, 5]


def test_lines_far_away_are_left_out_and_numbers_stay_right() -> None:
    old = "".join(f"line {n}\n" for n in range(1, 101))
    diff = file_diff("a.md", old.encode(), old.replace("line 50\n", "line 50 and more\n").encode())
    assert [text for text in shown(diff) if text[0] in "+-"] == ["-line 50", "+line 50[ and more]"]
    assert shown(diff)[0] == shown(diff)[-1] == "~"
    assert [number for number, text in zip(numbers(diff), shown(diff), strict=True) if text[0] in "+-"] == [
        50,
        50,
    ]


def test_lines_that_have_nothing_in_common_are_not_marked() -> None:
    diff = file_diff("a.md", b"one two three\n", b"alpha/beta\n")
    assert shown(diff) == ["-one two three", "+alpha/beta"]


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [(None, b"a\n", "added"), (b"a\n", None, "removed"), (b"a\n", b"b\n", "changed")],
)
def test_files_come_and_go(old: bytes | None, new: bytes | None, state: str) -> None:
    assert file_diff("a.md", old, new).state == state


def test_what_cannot_be_shown_is_said() -> None:
    assert file_diff("a.png", b"\x89PNG\0", b"\x89PNG\0\1").rows is None
    assert file_diff("a.txt", b"\xff", b"a").rows is None
    many = "".join(f"{n}\n" for n in range(MOST_LINES + 2)).encode()
    assert file_diff("a.txt", None, many).rows is None
    assert file_diff("a.txt", many, many.replace(b"\n7\n", b"\n8\n", 1)).rows is not None
    long = file_diff("a.txt", b"a" * 100_000, b"b" * 100_000)
    assert max(len(text) for text in shown(long)) < 2100
    assert file_diff("a.txt", None, b"x\n" * 900).cut


def test_nothing_invisible_turns_the_text() -> None:
    assert "\u202e" not in "".join(shown(file_diff("a.md", b"a\n", "a\u202eb\n".encode())))


@given(
    st.lists(st.sampled_from(["a", "b", "", "c d"]), max_size=12),
    st.lists(st.sampled_from(["a", "b", "", "c d"]), max_size=12),
)
def test_the_new_text_can_be_read_off(old: list[str], new: list[str]) -> None:
    diff = file_diff(
        "a", "".join(f"{line}\n" for line in old).encode(), "".join(f"{line}\n" for line in new).encode()
    )
    found = {
        row.number: "".join(p.text for p in row.pieces)
        for row in diff.rows or ()
        if row.kind in {"same", "added"}
    }
    assert all(new[number - 1] == text for number, text in found.items() if number is not None)
    added = [row.number for row in diff.rows or () if row.kind == "added"]
    removed = [row.number for row in diff.rows or () if row.kind == "removed"]
    assert len(new) - len(added) == len(old) - len(removed)
