"""What differs between two states of a file, to be read on a phone: line by line, the changed words marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lms.authoring.merging import Conflict
from lms.authoring.repository import Change
from lms.core.text import clean_output

MOST_LINES = 4000
"""Lines of one file: comparing takes time that grows with their square."""
LONGEST_LINE = 2000
LONGEST_DIFF = 600
MOST_FILES = 100
AROUND = 2
ALIKE = 0.35
"""Two lines that share less than this are not compared word by word: nothing would be seen for marks."""

Kind = Literal["same", "added", "removed", "gap"]
State = Literal["added", "removed", "changed"]

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; `marked` if it is what differs."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a comparison with its number in its own state; a `gap` stands for lines that are the same."""

    kind: Kind
    number: int | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that differs. `rows` is None where there is nothing to show as text: pictures, files too long."""

    path: str
    state: State
    rows: tuple[Row, ...] | None
    cut: bool = False

    @property
    def is_catalogue(self) -> bool:
        """Whether it holds translations, which follow the texts."""
        return self.path.endswith(".po")


def file_diffs(changes: Iterable[Change]) -> list[FileDiff]:
    """The comparisons of these files."""
    return [file_diff(change.path, change.old, change.new) for change in changes]


def conflict_diffs(conflict: Conflict) -> list[FileDiff]:
    """What both have changed, from the version that is stored to the one that was sent."""
    return [file_diff(path, both.theirs, both.yours) for path, both in sorted(conflict.paths.items())]


def file_diff(path: str, old: bytes | None, new: bytes | None) -> FileDiff:
    """One file in two states; None: not there."""
    state: State = "added" if old is None else "removed" if new is None else "changed"
    before, after = _lines(old), _lines(new)
    if before is None or after is None:
        return FileDiff(path, state, None)
    start, before, after = _without_ends(before, after)
    if max(len(before), len(after)) > MOST_LINES:
        return FileDiff(path, state, None)
    rows = tuple(_compared(before, after, start))
    return FileDiff(path, state, rows[:LONGEST_DIFF], cut=len(rows) > LONGEST_DIFF)


def changed_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """A text before and after a change, what differs marked; all of both, where they have little in common."""
    whole = (Piece(clean_output(old), marked=True),), (Piece(clean_output(new), marked=True),)
    return _words(old, new) or whole


def _lines(content: bytes | None) -> list[str] | None:
    if content is None:
        return []
    if b"\0" in content:
        return None
    try:
        return content.decode().splitlines()
    except UnicodeDecodeError:
        return None


def _without_ends(old: list[str], new: list[str]) -> tuple[int, list[str], list[str]]:
    """Both without most of what they begin and end with alike, and how many lines were left out before."""
    shortest = min(len(old), len(new))
    start = next((at for at in range(shortest) if old[at] != new[at]), shortest)
    rest = shortest - start
    end = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    start, end = max(start - AROUND - 1, 0), max(end - AROUND - 1, 0)
    return start, old[start : len(old) - end], new[start : len(new) - end]


def _compared(old: Sequence[str], new: Sequence[str], start: int) -> Iterator[Row]:
    end = 0
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][3] > end:
            yield Row("gap", None, ())
        end = group[-1][4]
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                yield from (_row("same", start + at + 1, new[at]) for at in range(new_from, new_to))
            else:
                yield from _block(
                    old[old_from:old_to], new[new_from:new_to], start + old_from, start + new_from
                )
    if 0 < end < len(new):
        yield Row("gap", None, ())


def _block(old: Sequence[str], new: Sequence[str], old_from: int, new_from: int) -> Iterator[Row]:
    """Lines that came in the place of others: each old line stands above the new one that it has become."""
    for at in range(max(len(old), len(new))):
        before = old[at] if at < len(old) else None
        after = new[at] if at < len(new) else None
        if before is not None and after is not None:
            pieces = _words(before, after)
            if pieces is not None:
                yield Row("removed", old_from + at + 1, pieces[0])
                yield Row("added", new_from + at + 1, pieces[1])
                continue
        if before is not None:
            yield _row("removed", old_from + at + 1, before)
        if after is not None:
            yield _row("added", new_from + at + 1, after)


def _words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]] | None:
    if max(len(before), len(after)) > LONGEST_LINE:
        return None
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    removed: list[Piece] = []
    added: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        for words, pieces in ((old[old_from:old_to], removed), (new[new_from:new_to], added)):
            if words:
                pieces.append(Piece(clean_output("".join(words)), tag != "equal"))
    return tuple(removed), tuple(added)


def _row(kind: Kind, number: int, text: str) -> Row:
    cut = text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…"
    return Row(kind, number, (Piece(clean_output(cut), marked=False),))
