"""Bringing PO files up to date with the texts of a course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path

from lms.catalog.model import Place
from lms.catalog.pofile import FAULTY, FUZZY, Item, Po, read_po, write_po
from lms.catalog.source import CourseSource
from lms.catalog.translation import Unit, po_path, units_of_course

CLOSE = 0.6  # how alike two blocks must be for one to be taken as a changed form of the other
MOST_COMPARED = 4000
"""So many pairs of a new text and one that is gone are compared; beyond it, nobody changed a few words."""


@dataclass(slots=True)
class Extraction:
    """What extracting did to one PO file."""

    path: Path
    new: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0


def extract(source: CourseSource, lang: str) -> Extraction:
    """Bring one PO file up to date with the course and save it."""
    path = po_path(source.path, lang)
    before = path.read_bytes() if path.is_file() else None
    result = Extraction(path)
    old = read_po(before) if before is not None else None
    content = extracted(source.path.name, lang, list(units_of_course(source)), old, result)
    path.parent.mkdir(exist_ok=True)
    if content is not None:
        part = path.with_suffix(".po.part")
        part.write_bytes(content)
        part.replace(path)
    return result


def extracted(
    course: str, lang: str, units: Sequence[Unit], old: Po | None, result: Extraction | None = None
) -> bytes | None:
    """The PO file for these texts; None if the old one is right as it is.

    New texts come empty. A text that changed keeps its old translation, marked fuzzy, with the old
    source as previous msgid. Texts that are gone become obsolete; they come back if the text does.
    """
    known = old or Po()
    items = tuple(_merge(units, known.items, result or Extraction(Path(f"{lang}.po"))))
    metadata = _metadata(course, lang, known)
    if old is not None and items == old.items and _lasting(metadata) == _lasting(dict(old.metadata)):
        return None
    return write_po(
        Po(known.header if old is not None else f"Translation of the course {course}.", metadata, items)
    )


def _merge(units: Iterable[Unit], old: Sequence[Item], result: Extraction) -> Iterator[Item]:
    places: dict[str, list[Place]] = {}
    for unit in units:
        places.setdefault(unit.msgid, []).append(unit.place)
    known = {item.msgid: item for item in reversed(old)}
    gone = {item.msgid: item for item in old if item.msgid not in places and item.msgstr}
    used: set[str] = set()
    new = sum(msgid not in known for msgid in places)
    compared = new * len(gone) <= MOST_COMPARED
    for msgid, where in places.items():
        item = known.get(msgid)
        if item is not None:
            if item.obsolete:
                result.new += 1
            else:
                result.kept += 1
        else:
            before = _closest(msgid, [gone[key] for key in gone if key not in used] if compared else ())
            if before is not None:
                used.add(before.msgid)
                item = _changed(msgid, before)
                result.changed += 1
            else:
                item = Item(msgid)
                result.new += 1
        shown = tuple((place.path, str(place.line)) for place in where)
        same = item.places == shown and not item.obsolete
        yield item if same else replace(item, places=shown, obsolete=False)
    for msgid, item in gone.items():
        if msgid not in used:
            result.removed += not item.obsolete
            yield replace(item, obsolete=True, places=())


def _closest(msgid: str, candidates: Sequence[Item]) -> Item | None:
    """The text that is most like this one; None if none is close."""
    best, score = None, CLOSE
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(msgid)
    for candidate in candidates:
        matcher.set_seq1(candidate.msgid)
        if matcher.real_quick_ratio() <= score or matcher.quick_ratio() <= score:
            continue
        ratio = matcher.ratio()
        if ratio > score:
            best, score = candidate, ratio
    return best


def _changed(msgid: str, before: Item) -> Item:
    """The entry of a text that was changed: stale, with the source that its translation belongs to.

    A text that is again what it was when it was translated is not stale any more.
    """
    if before.stale and before.previous == msgid:
        flags = tuple(flag for flag in before.flags if flag != FUZZY)
        return replace(before, msgid=msgid, flags=flags, previous="")
    return replace(
        before,
        msgid=msgid,
        flags=(FUZZY, *(flag for flag in before.flags if flag != FUZZY)),
        previous=before.previous if before.stale and before.previous else before.msgid,
        comments=tuple(comment for comment in before.comments if comment != FAULTY),
    )


def _metadata(course: str, lang: str, old: Po) -> dict[str, str]:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M+0000")
    return dict(old.metadata) | {
        "Project-Id-Version": course,
        "POT-Creation-Date": now,
        "Language": lang,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }


def _lasting(metadata: dict[str, str]) -> dict[str, str]:
    """The fields without the one that changes with every run."""
    return {name: value for name, value in metadata.items() if name != "POT-Creation-Date"}
