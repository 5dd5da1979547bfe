"""Fails when a catalogue of the interface lacks a text, or has it untranslated, fuzzy or with other placeholders."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def extracted() -> polib.POFile:
    """The texts that stand in the code now."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as file:
        subprocess.run(
            [
                sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "translations/babel.cfg",
                "-k", "lazy_gettext", "-k", "lazy_ngettext:1,2", "-k", "_l", "-k", "N_",
                "--no-location", "--sort-output", "--omit-header", "-o", file.name, "lms",
            ],
            cwd=ROOT, check=True,
        )  # fmt: skip
        return polib.pofile(file.name)


def key(entry: polib.POEntry) -> tuple[str, str, str]:
    return (entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def faults_of(entry: polib.POEntry) -> list[str]:
    """What is wrong with one translated entry."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(texts):
        return ["is not translated"]
    faults = ["is marked fuzzy"] if entry.fuzzy else []
    wanted = set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
    for text in texts:
        got = set(PLACEHOLDER.findall(text))
        # A plural form may leave the number out ("one try"), nothing else.
        if got - wanted or (
            wanted - got and not (entry.msgid_plural and wanted - got <= {"num", "count", "n"})
        ):
            faults.append(f"has the placeholders {sorted(got)}, not {sorted(wanted)}")
    return faults


def main() -> int:
    wanted = {key(entry) for entry in extracted()}
    failed = False
    for path in sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po")):
        catalogue = polib.pofile(str(path))
        have = {key(entry): entry for entry in catalogue if not entry.obsolete}
        problems = [f"{k[1]!r} is missing" for k in sorted(wanted - have.keys())]
        problems += [f"{k[1]!r} is no longer in the code" for k in sorted(have.keys() - wanted)]
        for k, entry in have.items():
            problems += [f"{k[1]!r} {fault}" for fault in faults_of(entry)]
        for problem in problems[:20]:
            print(f"{path.relative_to(ROOT)}: {problem}")
        if len(problems) > 20:
            print(f"{path.relative_to(ROOT)}: and {len(problems) - 20} more")
        failed = failed or bool(problems)
    if failed:
        print("Next step: make translations, then translate what is new.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
