"""What a new course begins with, and how a shipped course becomes one that is written here."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from flask_babel import force_locale, gettext

from lms.authoring.coursefile import COURSE, new_course_file
from lms.authoring.models import LONGEST_SLUG
from lms.authoring.paths import LARGEST_FILE, safe_path

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug_from(text: str) -> str:
    """A short name for addresses and folders out of a title: a-z, 0-9 and hyphens; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def starting_files(
    *, title: str, summary: str, level: str, language: str, hours: int, licence: str, lesson: str
) -> dict[str, bytes]:
    """A sound course of one lesson, in its own language as far as the interface speaks that."""
    with force_locale(language.replace("-", "_")):
        text = gettext("Write here what people will learn in this lesson.")
    values = {
        "title": title,
        "summary": summary,
        "level": level,
        "language": language,
        "languages": [language],
        "hours": hours,
        "licence": licence,
    }
    return {
        COURSE: new_course_file(values),
        f"{lesson_folder(lesson, [])}/lesson.md": f"# {lesson}\n\n{text}\n".encode(),
    }


def lesson_folder(title: str, existing: list[str]) -> str:
    """The folder of a new lesson: the next number, and a short name out of its title."""
    numbers = [int(found[1]) for name in existing if (found := re.match(r"(\d{1,3})-", name))]
    number = max(numbers, default=0) + 1
    return f"{number:02}-{slug_from(title)[:40].strip('-') or 'lesson'}"


def shipped_files(folder: Path) -> dict[str, bytes]:
    """All files of a course that is shipped; what is hidden, too large or a link is left out."""
    found: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST_FILE:
            continue
        if any(part.startswith(".") or part == "__pycache__" for part in relative.parts):
            continue
        found[safe_path(relative.as_posix())] = file.read_bytes()
    return found
