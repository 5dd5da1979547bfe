from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent


def read_cases(name):
    """Pairs of a word and a number, one on each line."""
    cases = []
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, number = line.split()
            cases.append((word, int(number)))
    return cases
