from pathlib import Path

import pytest

from solution import backup, find, grow, merge, number_lines, report, total_size


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text("alpha\nbeta\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("gamma\n", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.txt").write_text("дельта\n", encoding="utf-8")
    (tmp_path / "deep" / "picture.png").write_bytes(bytes(range(256)))
    return tmp_path


def test_number_lines(folder):
    number_lines(folder / "a.txt", folder / "out.txt")
    assert (folder / "out.txt").read_text() == "1 alpha\n2 beta\n"


def test_number_lines_by_name(folder):
    number_lines(str(folder / "b.txt"), str(folder / "out.txt"))
    assert (folder / "out.txt").read_text() == "1 gamma\n"


def test_relative_names(folder, monkeypatch):
    monkeypatch.chdir(folder)
    number_lines("a.txt", "numbered.txt")
    assert Path("numbered.txt").read_text().splitlines() == ["1 alpha", "2 beta"]


def test_backup_gives_the_new_path(folder):
    copy = backup(folder / "a.txt")
    assert isinstance(copy, Path)
    assert copy == folder / "a.txt.bak"
    assert copy.read_text() == "alpha\nbeta\n"
    assert (folder / "a.txt").exists()


def test_backup_of_bytes(folder):
    picture = folder / "deep" / "picture.png"
    assert backup(picture).read_bytes() == picture.read_bytes()


def test_backup_of_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        backup(tmp_path / "nothing.txt")
    assert list(tmp_path.iterdir()) == []


def test_find_everywhere(folder):
    names = [path.relative_to(folder).as_posix() for path in find(folder, "*.txt")]
    assert names == ["a.txt", "b.txt", "deep/c.txt"]


def test_find_nothing(folder):
    assert find(folder, "*.csv") == []


def test_total_size(folder):
    assert total_size(folder) == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    assert total_size(folder / "deep") == 256 + len("дельта\n".encode())


def test_merge(folder):
    merge([folder / "b.txt", folder / "deep" / "c.txt"], folder / "all.txt")
    assert (folder / "all.txt").read_text(encoding="utf-8") == "gamma\nдельта\n"


def test_merge_twice_starts_anew(folder):
    for _ in range(2):
        merge([folder / "b.txt"], folder / "all.txt")
    assert (folder / "all.txt").read_text() == "gamma\n"


def test_report_makes_its_folder(tmp_path):
    path = report(tmp_path / "out" / "today", {"tea": 2, "bread": 1})
    assert path.name == "report.txt"
    assert path.parent.is_dir()
    assert path.read_text() == "bread: 1\ntea: 2\n"


def test_the_test_and_the_program_take_turns(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    log = Path("log.txt")
    log.write_text("by the test\n")
    assert grow("log.txt", "by the program") == 2
    with log.open("a") as file:
        file.write("by the test again\n")
    assert grow("log.txt", "the end") == 4
    assert log.read_text().splitlines()[1::2] == ["by the program", "the end"]
    log.unlink()
    assert grow("log.txt", "new") == 1
