"""Whoever changes a course's texts changes its PO files in the same commit, and translators keep what they wrote."""

from __future__ import annotations

import pytest

from lms.authoring.models import AuthoredCourse
from lms.authoring.repository import Author, Conflict, Repository
from lms.authoring.translating import po_file
from lms.catalog.pofile import Item, read_po, write_po

ADA = Author("Ada", "ada")
MILA = Author("Mila", "mila")
LESSON = "01-first/lesson.md"
AR = po_file("ar")


def entries(repository: Repository) -> dict[str, Item]:
    return {item.msgid: item for item in read_po(repository.read(repository.head(), AR) or b"").items}


def write(
    repository: Repository, texts: dict[str, str], base: str | None = None, author: Author = MILA
) -> str:
    """Translate some texts as somebody does who looks at the commit `base`."""
    base = base or repository.head()
    po = read_po(repository.read(base, AR) or b"")
    known = po.by_key()
    made = po.with_items(
        {("", m): known[("", m)].with_texts((text,), reviewed=False) for m, text in texts.items()}
    )
    return repository.commit({AR: write_po(made)}, base=base, author=author, message="Translate.").id


def edit(repository: Repository, lesson: str, base: str | None = None) -> str:
    content = {LESSON: lesson.encode()}
    return repository.commit(content, base=base or repository.head(), author=ADA, message="Write.").id


@pytest.fixture
def repository(course: AuthoredCourse, repository: Repository) -> Repository:
    edit(repository, "# First\n\nWe count to four.\n\nThen we stop.\n\nWell done.\n")
    return repository


def test_a_changed_text_makes_its_translation_stale_in_the_same_commit(repository: Repository) -> None:
    write(repository, {"We count to four.": "نعد إلى أربعة.", "Then we stop.": "ثم نتوقف."})
    made = edit(repository, "# First\n\nWe count to five.\n\nThen we stop.\n\nWell done.\n")
    parent = repository.get(made).parents[0]
    assert [change.path for change in repository.changes(parent, made)] == [LESSON, AR]
    stale = entries(repository)["We count to five."]
    assert (stale.msgstr, stale.previous, stale.stale) == ("نعد إلى أربعة.", "We count to four.", True)
    assert "We count to four." not in entries(repository)
    assert not entries(repository)["Then we stop."].fuzzy


def test_a_text_changed_twice_keeps_the_source_of_its_translation(repository: Repository) -> None:
    write(repository, {"We count to four.": "نعد إلى أربعة."})
    edit(repository, "# First\n\nWe count to five.\n\nThen we stop.\n\nWell done.\n")
    edit(repository, "# First\n\nWe count up to five.\n\nThen we stop.\n\nWell done.\n")
    assert entries(repository)["We count up to five."].previous == "We count to four."


def test_a_change_that_is_taken_back_leaves_no_stale_translation(repository: Repository) -> None:
    write(repository, {"We count to four.": "نعد إلى أربعة."})
    before = entries(repository)
    made = edit(repository, "# First\n\nWe count to five.\n\nThen we stop.\n\nWell done.\n")
    repository.revert(made, author=ADA, message="Take back.")
    assert entries(repository) == before


def test_a_translation_is_taken_back_alone(repository: Repository) -> None:
    made = write(repository, {"We count to four.": "نعد إلى أربعة."})
    write(repository, {"Well done.": "أحسنت."})
    repository.revert(made, author=ADA, message="Take back.")
    assert entries(repository)["We count to four."].msgstr == ""
    assert entries(repository)["Well done."].msgstr == "أحسنت."


def test_files_without_texts_bring_no_change_of_translations(repository: Repository) -> None:
    made = repository.commit({"LICENSE": b"CC"}, base=repository.head(), author=ADA, message="Say.")
    assert [c.path for c in repository.changes(made.parents[0], made.id)] == ["LICENSE"]


def test_two_translators_of_two_texts_never_meet(repository: Repository) -> None:
    base = repository.head()
    write(repository, {"We count to four.": "نعد إلى أربعة."}, base)
    write(repository, {"Then we stop.": "ثم نتوقف."}, base)
    assert entries(repository)["We count to four."].msgstr == "نعد إلى أربعة."
    assert entries(repository)["Then we stop."].msgstr == "ثم نتوقف."


def test_two_translators_of_one_text_are_told(repository: Repository) -> None:
    base = repository.head()
    write(repository, {"Then we stop.": "ثم نتوقف."}, base)
    head = repository.head()
    with pytest.raises(Conflict) as caught:
        write(repository, {"Then we stop.": "ثم نقف."}, base)
    assert list(caught.value.paths) == [AR]
    assert repository.head() == head


def test_an_author_and_a_translator_at_once_lose_nothing(repository: Repository) -> None:
    write(repository, {"We count to four.": "نعد."})
    base = repository.head()
    edit(
        repository, "# First\n\nNew words above.\n\nWe count to five.\n\nThen we stop.\n\nWell done.\n", base
    )
    write(repository, {"We count to four.": "نعد إلى أربعة.", "Well done.": "أحسنت."}, base)
    found = entries(repository)
    assert found["We count to five."].msgstr == "نعد إلى أربعة."
    assert found["We count to five."].stale
    assert found["Well done."].msgstr == "أحسنت."
    assert found["New words above."].msgstr == ""
    assert [item.msgid for item in read_po(repository.read(repository.head(), AR) or b"").items].count(
        "Well done."
    ) == 1


def test_a_new_language_gets_its_file(repository: Repository) -> None:
    toml = (repository.read(repository.head(), "course.toml") or b"").decode()
    changed = toml.replace('"ar"', '"ar", "fr"')
    assert changed != toml
    repository.commit({"course.toml": changed.encode()}, base=repository.head(), author=ADA, message="Add.")
    po = read_po(repository.read(repository.head(), po_file("fr")) or b"")
    assert po.metadata["Language"] == "fr"
    assert {item.msgid for item in po.items if not item.obsolete} >= {"We count to four.", "First"}


@pytest.mark.parametrize(
    ("path", "content"),
    [(AR, b"no PO"), ("course.toml", b"= broken"), (LESSON, b"\xff"), (LESSON, b"```{quiz}\n")],
)
def test_broken_files_can_be_stored_and_mended(repository: Repository, path: str, content: bytes) -> None:
    write(repository, {"Then we stop.": "ثم نتوقف."})
    before = repository.head()
    whole = repository.read(before, path)
    made = repository.commit({path: content}, base=before, author=ADA, message="Break.")
    assert repository.read(made.id, path) == content
    repository.commit({path: whole}, base=repository.head(), author=ADA, message="Mend.")
    assert entries(repository)["Then we stop."].msgstr == "ثم نتوقف."
    assert not entries(repository)["Then we stop."].obsolete
