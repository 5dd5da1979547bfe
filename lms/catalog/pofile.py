"""PO files as plain values: read, written as gettext's own tools write them, and merged entry by entry.

polib reads and writes each entry; entries that were read once are kept, so that a file of a thousand of which one has
changed costs little.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import polib

FUZZY = "fuzzy"
DRAFT = "draft"
"""A translator's comment of this word alone: no person has reviewed the text yet."""
FAULTY = "faulty"
"""One of this word, on a fuzzy entry: what was written cannot be shown to readers as it is."""
LARGEST = 4 * 1024 * 1024
MOST_ENTRIES = 20_000

MOST_KEPT = 16_384
_KEPT: dict[str, tuple[Item, ...]] = {}
"""Pieces of PO files, and the entries that they are."""

_HEAD = 'msgid ""\nmsgstr "Language: en\\n"\n\n'
_HEAD_LINES = 3
_HEADER = re.compile(r'^msgid ""\nmsgstr ""?', re.MULTILINE)
_STRING = re.compile(r'(?:#~\s*)?(?:msg\w+(?:\[\d+\])?\s|")')
_WHOLE_STRING = re.compile(r'(?:#~\s*)?(?:msg\w+(?:\[\d+\])?\s+)?"(?:[^"\\]|\\.)*"\s*$')
_GAP = re.compile(r"\n(?:[ \t]*\n)+")
_LINE = re.compile(r"\(line (\d+)\)")
Key = tuple[str, str]


class BadPo(ValueError):
    """The text is no PO file; `line` is where that shows."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `plurals` are the forms of an entry with `plural`, by their numbers; `msgstr` is empty then."""

    msgid: str
    msgstr: str = ""
    plural: str = ""
    plurals: tuple[str, ...] = ()
    context: str | None = None
    comments: tuple[str, ...] = ()
    notes: str = ""
    places: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    previous: str = ""
    obsolete: bool = False

    @property
    def key(self) -> Key:
        """What tells it from the other entries of its file."""
        return (self.context or "", self.msgid)

    @property
    def texts(self) -> tuple[str, ...]:
        """What was written: one text, or one for each plural form."""
        return self.plurals if self.plural else (self.msgstr,)

    @property
    def translated(self) -> bool:
        """Whether every text is there."""
        return bool(self.texts) and all(self.texts)

    @property
    def fuzzy(self) -> bool:
        """Whether somebody must look at it: its source has changed, or it has a fault."""
        return FUZZY in self.flags

    @property
    def draft(self) -> bool:
        """Whether no person has reviewed it."""
        return DRAFT in self.comments

    @property
    def faulty(self) -> bool:
        """Whether it was kept although it cannot be shown."""
        return self.fuzzy and FAULTY in self.comments

    @property
    def stale(self) -> bool:
        """Whether it belongs to an older source."""
        return self.fuzzy and not self.faulty

    def with_texts(self, texts: tuple[str, ...], *, reviewed: bool, faulty: bool = False) -> Item:
        """Written anew; what was said of the old text is forgotten."""
        marks = () if reviewed else (DRAFT, FAULTY) if faulty else (DRAFT,)
        return replace(
            self,
            msgstr="" if self.plural else texts[0],
            plurals=texts if self.plural else (),
            comments=(
                *(c for c in self.comments if c not in {DRAFT, FAULTY}),
                *(marks if any(texts) else ()),
            ),
            flags=(*((FUZZY,) if faulty and any(texts) else ()), *(f for f in self.flags if f != FUZZY)),
            previous="",
        )


@dataclass(frozen=True, slots=True)
class Po:
    """A PO file: the comment and the fields of its header, and its entries."""

    header: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()

    def by_key(self) -> dict[Key, Item]:
        """Its entries; of two with the same source the first."""
        found: dict[Key, Item] = {}
        for item in self.items:
            found.setdefault(item.key, item)
        return found

    def with_items(self, changed: Mapping[Key, Item]) -> Po:
        """With these entries in the place of those of the same source, new ones at the end."""
        left = dict(changed)
        items = [left.pop(item.key, item) for item in self.items]
        return replace(self, items=(*items, *left.values()))


@lru_cache(maxsize=32)
def read_po(content: bytes) -> Po:
    """A PO file's content. Raises `BadPo` with the line if it is none, or too large."""
    if len(content) > LARGEST:
        raise BadPo(1, "too large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPo(content.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    if "\0" in text:
        raise BadPo(text.count("\n", 0, text.index("\0")) + 1, "not text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    chunks = list(_chunks(text))
    header, metadata = "", {}
    if chunks and _HEADER.search(chunks[0][1]):
        top = _parsed(chunks[:1], headed=True)
        header, metadata = top.header, dict(top.metadata)
        chunks = chunks[1:]
    if len(chunks) > MOST_ENTRIES:
        raise BadPo(chunks[MOST_ENTRIES][0], "too many entries")
    _read_new([(line, chunk) for line, chunk in chunks if chunk not in _KEPT])
    # What another thread has pushed out meanwhile is read once more.
    items = [item for line, chunk in chunks for item in _KEPT.get(chunk) or _read_new([(line, chunk)])[chunk]]
    return Po(header, metadata, tuple(items))


def write_po(po: Po) -> bytes:
    """The content of a PO file."""
    top = polib.POFile(wrapwidth=0, encoding="utf-8")
    top.header, top.metadata = po.header, dict(po.metadata)
    texts = [str(top).rstrip("\n"), *(_text(item) for item in po.items)]
    return ("\n\n".join(texts) + "\n").encode()


def merge_po(base: Po, yours: Po, theirs: Po) -> tuple[Po, tuple[Key, ...]]:
    """Both changes since `base`, entry by entry; and the sources of entries that both have translated differently.

    Where an entry stands in the file does not matter: the order is that of `theirs`, new entries come last.
    """
    was, mine, other = base.by_key(), yours.by_key(), theirs.by_key()
    conflicts: list[Key] = []
    merged: list[Item] = []
    moved: dict[str, Item] = {}
    for key in (*other, *(key for key in mine if key not in other)):
        before, my, their = was.get(key), mine.get(key), other.get(key)
        if _said(my) == _said(before) or _said(my) == _said(their):
            chosen = their
        elif _said(their) == _said(before):
            chosen = replace(my, places=their.places) if my and their else my
        elif my is None or their is None:  # one has gone; what was written meanwhile is not lost
            chosen = my or their
            if my is not None:
                moved[my.msgid] = my
        else:
            conflicts.append(key)
            chosen = their
        if chosen is not None:
            merged.append(chosen)
    items = tuple(_followed(item, moved, was) for item in merged)
    return Po(theirs.header or yours.header, _merged_metadata(base, yours, theirs), items), tuple(conflicts)


def _said(item: Item | None) -> tuple[object, ...] | None:
    if item is None:
        return None
    return (item.texts, item.fuzzy, sorted(item.comments), item.previous, item.plural, item.obsolete)


def _followed(item: Item, moved: Mapping[str, Item], was: Mapping[Key, Item]) -> Item:
    """A stale entry takes the text that somebody wrote for its old source while that was being changed."""
    newer = moved.get(item.previous) if item.stale else None
    if newer is None or not newer.msgstr:
        return item
    old = was.get((item.context or "", item.previous))
    return replace(item, msgstr=newer.msgstr) if old is not None and old.msgstr == item.msgstr else item


def _merged_metadata(base: Po, yours: Po, theirs: Po) -> dict[str, str]:
    mine = {name: value for name, value in yours.metadata.items() if base.metadata.get(name) != value}
    return {**theirs.metadata, **{name: mine[name] for name in mine if name not in theirs.metadata}}


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The pieces between empty lines, each with the number of its first line."""
    line, at = 1, 0
    for gap in _GAP.finditer(text):
        if text[at : gap.start()].strip():
            yield line, text[at : gap.start()]
        line += text.count("\n", at, gap.end())
        at = gap.end()
    if text[at:].strip():
        yield line, text[at:]


def _read_new(chunks: list[tuple[int, str]]) -> dict[str, tuple[Item, ...]]:
    """Read these pieces in one go, and keep what they are."""
    found: dict[str, tuple[Item, ...]] = {}
    starts = [0]
    for _, chunk in chunks:
        starts.append(starts[-1] + chunk.count("\n") + 2)
    for entry in _parsed(chunks) if chunks else ():
        if not entry.msgid:
            continue
        chunk = chunks[max(bisect_right(starts, (entry.linenum or 1) - _HEAD_LINES - 1) - 1, 0)][1]
        found[chunk] = (*found.get(chunk, ()), _item(entry))
    for _, chunk in chunks:
        found.setdefault(chunk, ())
    if len(_KEPT) > MOST_KEPT:
        _KEPT.clear()
    _KEPT.update(found)
    return found


def _parsed(chunks: list[tuple[int, str]], *, headed: bool = False) -> polib.POFile:
    """What polib says of these pieces; the first comment of a file without a header would be lost, so it gets one."""
    for start, chunk in chunks:
        for number, line in enumerate(chunk.split("\n")):
            if _STRING.match(line) and not _WHOLE_STRING.match(line):
                raise BadPo(start + number, "a text without its quotes")
    text = "\n\n".join(chunk for _, chunk in chunks) + "\n"
    try:
        return polib.pofile(text if headed else _HEAD + text)
    except OSError as error:  # polib's syntax errors are OSErrors
        found = _LINE.search(str(error))
        at = int(found[1]) if found else 1
        raise BadPo(_original(chunks, at - (0 if headed else _HEAD_LINES)), "no PO syntax") from None
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        # polib stumbles in several ways over what is no PO file at all.
        raise BadPo(chunks[0][0], "no PO syntax") from error


def _original(chunks: list[tuple[int, str]], at: int) -> int:
    """The line of the file that is line `at` of the joined pieces."""
    for line, chunk in chunks:
        length = chunk.count("\n") + 2
        if at <= length:
            return line + max(at - 1, 0)
        at -= length
    return chunks[-1][0]


def _item(entry: polib.POEntry) -> Item:
    plurals = tuple(entry.msgstr_plural[index] for index in sorted(entry.msgstr_plural))
    return Item(
        msgid=entry.msgid,
        msgstr=entry.msgstr if not entry.msgid_plural else "",
        plural=entry.msgid_plural or "",
        plurals=plurals if entry.msgid_plural else (),
        context=entry.msgctxt,
        comments=tuple(line.strip() for line in entry.tcomment.split("\n") if line.strip()),
        notes=entry.comment,
        places=tuple((path, str(line)) for path, line in entry.occurrences),
        flags=tuple(entry.flags),
        previous=entry.previous_msgid or "",
        obsolete=bool(entry.obsolete),
    )


@lru_cache(maxsize=8192)
def _text(item: Item) -> str:
    entry = polib.POEntry(
        msgid=item.msgid,
        msgstr=item.msgstr,
        msgid_plural=item.plural,
        msgstr_plural=dict(enumerate(item.plurals)),
        msgctxt=item.context,
        tcomment="\n".join(item.comments),
        comment=item.notes,
        occurrences=list(item.places),
        flags=list(item.flags),
        previous_msgid=item.previous or None,
        obsolete=item.obsolete,
    )
    return entry.__unicode__(wrapwidth=0).rstrip("\n")
