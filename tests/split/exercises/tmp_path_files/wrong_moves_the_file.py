import shutil
from pathlib import Path


def number_lines(source, target):
    with open(source) as lines, open(target, "w") as out:
        for number, line in enumerate(lines, 1):
            out.write(f"{number} {line}")


def backup(path):
    copy = path.with_name(path.name + ".bak")
    shutil.move(path, copy)
    return copy


def find(folder, pattern):
    return sorted(folder.rglob(pattern))


def total_size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def merge(paths, target):
    with target.open("w", encoding="utf-8") as out:
        for path in paths:
            out.write(path.read_text(encoding="utf-8"))


def report(folder, counts):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.txt"
    path.write_text("".join(f"{name}: {counts[name]}\n" for name in sorted(counts)))
    return path


def grow(name, line):
    path = Path(name)
    with path.open("a") as file:
        file.write(line + "\n")
    return len(path.read_text().splitlines())
