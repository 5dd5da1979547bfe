"""PO files as values: read and written unchanged, merged by entries, broken ones refused with their line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalog.pofile import BadPo, Item, Po, merge_po, read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(ROOT.glob("courses/*/translations/*.po"))
INTERFACE = sorted(ROOT.glob("translations/*/LC_MESSAGES/*.po"))

lines = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=12)
words = st.lists(lines, max_size=3).map("\n".join)
sources = st.sampled_from([f"text {n}" for n in range(6)])
items = st.builds(
    Item,
    msgid=sources,
    msgstr=words,
    comments=st.sampled_from([(), ("draft",), ("draft", "faulty")]),
    flags=st.sampled_from([(), ("fuzzy",)]),
    obsolete=st.booleans(),
)
files = st.dictionaries(sources, items).map(
    lambda found: Po(metadata={"Language": "ar"}, items=tuple(i for m, i in found.items() if i.msgid == m))
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_written_as_they_were_read(path: Path) -> None:
    content = path.read_bytes()
    assert write_po(read_po(content)) == content


@pytest.mark.parametrize("path", INTERFACE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_of_other_programs_keep_every_entry(path: Path) -> None:
    """Babel writes the interface's files, in its own form."""
    read = read_po(path.read_bytes())
    assert len(read.items) > 1000
    assert read_po(write_po(read)).items == read.items


@given(files)
def test_values_come_back_from_a_file(po: Po) -> None:
    assert read_po(write_po(po)).items == po.items


def test_plural_forms_contexts_and_previous_sources_come_back() -> None:
    item = Item(
        "%(num)s try",
        plural="%(num)s tries",
        plurals=("a", "b", "c"),
        context="count",
        flags=("fuzzy", "python-format"),
        previous="one try",
        places=(("a-b.md", "3"),),
        notes="Said by a button.",
        comments=("draft",),
    )
    assert read_po(write_po(Po(metadata={"Language": "uk"}, items=(item,)))).items == (item,)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"hello", 1),
        (b'msgid ""\nmsgstr "Language: ar\\n"\n\nmsgid "a"\nmsgstr "b"\n\nwhat\n', 7),
        (b'msgid "a\nmsgstr "b"\n', 1),
        (b'msgid "a"\n\n\nmsgid "b"\nmsgstr "c" d\n', 5),
        (b'msgid "a"\nmsgstr "\xff"\n', 2),
        (b'msgid "a"\nmsgstr "b"\n\0', 3),
        (b"a" * (5 * 1024 * 1024), 1),
    ],
)
def test_what_is_no_po_file_is_refused_with_its_line(content: bytes, line: int) -> None:
    with pytest.raises(BadPo) as caught:
        read_po(content)
    assert caught.value.line == line


def test_entries_need_no_empty_lines_between_them() -> None:
    po = read_po(b'# draft\nmsgid "a"\nmsgstr "b"\n# by hand\nmsgid "c"\nmsgstr "d"\r\n')
    assert [(item.msgid, item.comments) for item in po.items] == [("a", ("draft",)), ("c", ("by hand",))]


@given(files, files)
def test_a_merge_with_nobody_else_is_what_one_has_written(base: Po, mine: Po) -> None:
    for merged, conflicts in (merge_po(base, mine, base), merge_po(base, base, mine)):
        assert not conflicts
        assert merged.by_key() == mine.by_key()


@given(files, files, files)
def test_a_merge_takes_each_entry_from_who_has_changed_it(base: Po, mine: Po, other: Po) -> None:
    merged, conflicts = merge_po(base, mine, other)
    was, my, their = base.by_key(), mine.by_key(), other.by_key()
    for key, item in merged.by_key().items():
        if key not in conflicts:
            assert item in (my.get(key), their.get(key))
        if key not in conflicts and my.get(key) == was.get(key) and key in their:
            assert item == their[key]
    mirrored, same_conflicts = merge_po(base, other, mine)
    assert set(conflicts) == set(same_conflicts)
    assert {k for k in merged.by_key() if k not in conflicts} == {
        k for k in mirrored.by_key() if k not in conflicts
    }


def test_what_was_written_for_the_old_source_goes_on_to_the_new_one() -> None:
    old = Item("We count to three.", "old")
    stale = Item("We count to four.", "old", flags=("fuzzy",), previous="We count to three.")
    mine = Item("We count to three.", "better")
    merged, conflicts = merge_po(Po(items=(old,)), Po(items=(mine,)), Po(items=(stale,)))
    assert not conflicts
    assert merged.by_key()["", "We count to four."].msgstr == "better"
    assert merged.by_key()["", "We count to four."].stale
