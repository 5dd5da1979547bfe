"""What changed from one attempt to another, line by line. Bounded: the texts come from students."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lms.core.text import clean_output

MOST_LINES = 1000
"""Lines of one file: comparing takes time that grows with their square."""
LONGEST_LINE = 500
AROUND = 3

Kind = Literal["same", "added", "removed", "gap"]


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line of a comparison; a `gap` stands for lines that are the same in both."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that differs; without lines it is too long to be compared."""

    name: str
    lines: tuple[ChangedLine, ...] | None


def changed_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[ChangedFile]:
    """The files that differ, in the order of `after`; files that only one of them has are compared with nothing."""
    names = dict.fromkeys((*after, *before))
    return [
        ChangedFile(name, _lines(before.get(name, ""), after.get(name, "")))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _lines(before: str, after: str) -> tuple[ChangedLine, ...] | None:
    old, new = before.split("\n"), after.split("\n")
    if len(old) > MOST_LINES or len(new) > MOST_LINES:
        return None
    return tuple(_compared(old, new))


def _compared(old: list[str], new: list[str]) -> Iterator[ChangedLine]:
    groups = difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND)
    end = 0
    for group in groups:
        if group[0][3] > end:
            yield ChangedLine("gap", "")
        end = group[-1][4]
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                yield from (_line("same", text) for text in new[new_from:new_to])
                continue
            yield from (_line("removed", text) for text in old[old_from:old_to])
            yield from (_line("added", text) for text in new[new_from:new_to])
    if end < len(new):
        yield ChangedLine("gap", "")


def _line(kind: Kind, text: str) -> ChangedLine:
    cut = text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…"
    return ChangedLine(kind, clean_output(cut))
