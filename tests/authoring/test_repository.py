"""The repository of a course: two people lose nothing, history tells who did what, and odd names are refused."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lms.authoring.paths import BadPath, safe_path
from lms.authoring.repository import Author, Conflict, Repository, Unknown

ADA = Author("Ada", "ada-mark")
ABEL = Author("Abel <x>\n", "abel-mark")
FILES = {
    "course.toml": b'title = "Loops"\n',
    "01-for/lesson.md": b"# For\n\nOne.\n\nTwo.\n\nThree.\n",
    "01-for/images/a.png": b"\x89PNG\0\1",
}
LESSON = "01-for/lesson.md"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repositories" / "abc", FILES, ADA, "Begin.")


def lesson(repository: Repository) -> bytes | None:
    return repository.read(repository.head(), LESSON)


def test_a_new_repository_holds_its_files(repository: Repository) -> None:
    head = repository.head()
    assert repository.files(head) == FILES
    assert set(repository.listing(head)) == set(FILES)
    [first] = repository.history()
    assert (first.id, first.message, first.author, first.mark, first.parents) == (
        head,
        "Begin.",
        "Ada",
        "ada-mark",
        (),
    )
    with pytest.raises(FileExistsError):
        Repository.create(repository.path, FILES, ADA, "Again.")
    assert not repository.has_branch("main")


def test_a_commit_changes_adds_and_removes(repository: Repository) -> None:
    base = repository.head()
    made = repository.commit(
        {"course.toml": None, "02-while/lesson.md": b"# While\n"},
        base=base,
        author=ABEL,
        message="Second\n\nWhy.",
    )
    assert repository.head() == made.id
    assert (made.author, made.subject, made.parents) == ("Abel x", "Second", (base,))
    assert set(repository.listing(made.id)) == {LESSON, "01-for/images/a.png", "02-while/lesson.md"}
    assert [(c.path, c.old, c.new) for c in repository.changes(base, made.id)] == [
        ("02-while/lesson.md", None, b"# While\n"),
        ("course.toml", FILES["course.toml"], None),
    ]
    assert b"@" not in made.author.encode()


def test_a_commit_that_changes_nothing_is_none(repository: Repository) -> None:
    head = repository.head()
    assert repository.commit({LESSON: FILES[LESSON]}, base=head, author=ADA, message="Same.").id == head
    assert len(repository.history()) == 1


def test_two_people_change_different_files_and_different_lines(repository: Repository) -> None:
    base = repository.head()
    repository.commit({LESSON: b"# For\n\n1.\n\nTwo.\n\nThree.\n"}, base=base, author=ADA, message="One.")
    repository.commit({"course.toml": b'title = "L"\n'}, base=base, author=ABEL, message="Title.")
    repository.commit({LESSON: b"# For\n\nOne.\n\nTwo.\n\n3."}, base=base, author=ABEL, message="Three.")
    assert lesson(repository) == b"# For\n\n1.\n\nTwo.\n\n3.\n"
    assert repository.read(repository.head(), "course.toml") == b'title = "L"\n'
    assert [commit.author for commit in repository.history()] == ["Abel x", "Abel x", "Ada", "Ada"]


def test_two_people_change_one_line_and_both_versions_are_kept(repository: Repository) -> None:
    base = repository.head()
    theirs = FILES[LESSON].replace(b"Two", b"Zwei")
    yours = FILES[LESSON].replace(b"Two", b"Deux").replace(b"One", b"Un")
    head = repository.commit({LESSON: theirs}, base=base, author=ADA, message="Zwei.").id
    with pytest.raises(Conflict) as caught:
        repository.commit({LESSON: yours, "x.md": b"x"}, base=base, author=ABEL, message="Deux.")
    found = caught.value.paths[LESSON]
    assert (found.base, found.yours, found.theirs) == (FILES[LESSON], yours, theirs)
    assert found.merged is not None
    assert b"Un." in found.merged
    assert b"<<<<<<< yours\nDeux.\n=======\nZwei.\n>>>>>>> theirs\n" in found.merged
    assert caught.value.head == head == repository.head()
    assert repository.read(head, "x.md") is None
    # She decides, from the commit that she has now seen.
    repository.commit({LESSON: yours}, base=head, author=ABEL, message="Deux after all.")
    assert lesson(repository) == yours


@pytest.mark.parametrize(
    ("theirs", "yours"),
    [(None, b"new"), (b"new", None), (b"\0one", b"\0two")],
    ids=["removed by them", "removed by you", "no text"],
)
def test_what_cannot_be_merged_is_a_conflict(
    repository: Repository, theirs: bytes | None, yours: bytes | None
) -> None:
    base = repository.head()
    head = repository.commit({LESSON: theirs}, base=base, author=ADA, message="Theirs.").id
    with pytest.raises(Conflict) as caught:
        repository.commit({LESSON: yours}, base=base, author=ABEL, message="Yours.")
    assert caught.value.paths[LESSON].merged is None
    assert repository.head() == head


def test_two_people_add_a_file_of_one_name(repository: Repository) -> None:
    base = repository.head()
    repository.commit({"n.md": b"one\n"}, base=base, author=ADA, message="N.")
    assert repository.commit({"n.md": b"one\n"}, base=base, author=ABEL, message="Same N.").author == "Ada"
    with pytest.raises(Conflict):
        repository.commit({"n.md": b"two\n"}, base=base, author=ABEL, message="Other N.")


def test_lines_never_run_together(repository: Repository) -> None:
    base = repository.commit({"a.md": b"a\nb\nc\nd"}, base=repository.head(), author=ADA, message="A.").id
    repository.commit({"a.md": b"a\nb\nc\nd\ne"}, base=base, author=ADA, message="E.")
    repository.commit({"a.md": b"0\na\nb\nc\nd"}, base=base, author=ABEL, message="0.")
    assert repository.read(repository.head(), "a.md") == b"0\na\nb\nc\nd\ne"


def test_history_of_a_file_and_in_pages(repository: Repository) -> None:
    for number in range(5):
        repository.commit(
            {"n.md": b"%d" % number}, base=repository.head(), author=ADA, message=f"N {number}."
        )
        repository.commit(
            {"m.md": b"%d" % number}, base=repository.head(), author=ADA, message=f"M {number}."
        )
    assert [c.message for c in repository.history(path="n.md", limit=2)] == ["N 4.", "N 3."]
    page = repository.history(path="n.md", limit=2)
    later = repository.history(path="n.md", limit=9, after=page[-1].id)
    assert [c.message for c in later] == ["N 2.", "N 1.", "N 0."]
    assert len(repository.history(limit=100)) == 11
    assert repository.history(path="no/such.md") == []
    assert repository.history(path=f"{LESSON}/deeper") == []


def test_a_revert_takes_back_one_commit_alone(repository: Repository) -> None:
    base = repository.head()
    one = repository.commit(
        {LESSON: FILES[LESSON].replace(b"One", b"1")}, base=base, author=ADA, message="1."
    )
    repository.commit({"x.md": b"x"}, base=one.id, author=ADA, message="X.")
    repository.commit({LESSON: FILES[LESSON].replace(b"Three", b"3")}, base=base, author=ADA, message="3.")
    made = repository.revert(one.id, author=ABEL, message="Take back.")
    assert lesson(repository) == FILES[LESSON].replace(b"Three", b"3")
    assert repository.read(made.id, "x.md") == b"x"
    with pytest.raises(Unknown):
        repository.revert(base, author=ABEL, message="The first.")


def test_a_revert_of_what_was_changed_since_is_a_conflict(repository: Repository) -> None:
    one = repository.commit({LESSON: b"1\n"}, base=repository.head(), author=ADA, message="1.")
    repository.commit({LESSON: b"2\n"}, base=one.id, author=ADA, message="2.")
    with pytest.raises(Conflict) as caught:
        repository.revert(one.id, author=ADA, message="Back.")
    assert caught.value.paths[LESSON].theirs == b"2\n"


def test_publishing_is_a_merge_of_the_draft(repository: Repository) -> None:
    first = repository.merge("draft", "main", author=ADA, message="Publish.")
    assert repository.head("main") == first.id != repository.head()
    draft = repository.commit({LESSON: b"new\n"}, base=repository.head(), author=ABEL, message="New.")
    second = repository.merge("draft", "main", author=ADA, message="Publish again.")
    assert second.parents == (first.id, draft.id)
    assert repository.files(second.id) == repository.files(draft.id)
    assert repository.merge("draft", "main", author=ADA, message="Nothing new.").id == second.id
    assert repository.merge("main", "draft", author=ADA, message="-", fast_forward=True).id == second.id


def test_a_merge_of_one_line_changed_twice_is_a_conflict(repository: Repository) -> None:
    repository.merge("draft", "main", author=ADA, message="Publish.")
    for branch in ("draft", "main"):
        repository.commit(
            {LESSON: branch.encode()}, base=repository.head(branch), author=ADA, message="-", branch=branch
        )
    with pytest.raises(Conflict) as caught:
        repository.merge("draft", "main", author=ADA, message="Publish.")
    assert (caught.value.paths[LESSON].yours, caught.value.paths[LESSON].theirs) == (b"draft", b"main")


def test_what_is_not_there(repository: Repository, tmp_path: Path) -> None:
    head = repository.head()
    assert repository.read(head, "nothing.md") is None
    assert repository.blob("0" * 40) is None
    for wrong in ("0" * 40, "../../x", "", head.upper(), repository.listing(head)[LESSON]):
        with pytest.raises(Unknown):
            repository.listing(wrong)
    with pytest.raises(Unknown):
        repository.head("nowhere")
    with pytest.raises(Unknown):
        Repository.open(tmp_path / "elsewhere")


def test_large_commits_are_written_too(repository: Repository) -> None:
    many = {f"01-for/exercise-{n}/statement.md": b"%d" % n for n in range(120)}
    made = repository.commit(many, base=repository.head(), author=ADA, message="Many.")
    assert repository.files(made.id) == {**FILES, **many}
    assert any((repository.path / "objects" / "pack").glob("*.pack"))


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a\\b", "C:x", ".git/config", "a/.GIT/hooks/x",
        "git~1/x", "a\0b", "a\nb", "a\u202egpj.exe", "x" * 101, "/".join("abcdefghi"), "con", "aux.txt", "a ", "a.",
        "e\u0301.md", "\ud800", "a*b",
    ],
)  # fmt: skip
def test_names_that_no_file_may_have(repository: Repository, path: str) -> None:
    with pytest.raises(BadPath):
        safe_path(path)
    with pytest.raises(BadPath):
        repository.commit({path: b""}, base=repository.head(), author=ADA, message="-")


def test_names_that_files_have() -> None:
    for path in (
        "course.toml",
        "01-a/images/bild-ä.png",
        "translations/fa-AF.po",
        ".gitignore",
        "01-a/b/tests/test_x.py",
    ):
        assert safe_path(path) == path


def test_a_file_is_no_folder_and_capitals_make_no_difference(repository: Repository) -> None:
    for path in ("course.toml/x", "Course.toml", "01-FOR/x"):
        with pytest.raises(BadPath):
            repository.commit({path: b""}, base=repository.head(), author=ADA, message="-")


def test_commits_at_one_moment_are_all_in_the_history(repository: Repository) -> None:
    base = repository.head()

    def write(number: int) -> None:
        for turn in range(3):
            repository.commit(
                {f"{number}-{turn}.md": b"x"}, base=base, author=ADA, message=f"{number} {turn}"
            )

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(repository.history()) == 13
    assert len(repository.listing(repository.head())) == len(FILES) + 12
