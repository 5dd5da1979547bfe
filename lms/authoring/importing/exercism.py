"""Exercism tracks: concepts become lessons with their exercise and the practice they open. Tests stay as they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from lms.authoring.importing.folders import without_top
from lms.authoring.importing.plan import (
    ExerciseDraft,
    ImportPlan,
    LessonDraft,
    is_text,
    plain_title,
    read_json,
)
from lms.authoring.importing.prose import Prose, ReadPicture, split_title
from lms.catalog.suite import MAX_BYTES, MAX_FILES
from lms.core.text import clean_line

MOST_EXERCISES = 400
_FILE = re.compile(r"([a-z_][a-z0-9_]*/){0,3}[a-z_][a-z0-9_]*\.py")
_LEVELS = ((3, "easy"), (6, "medium"), (10, "hard"))
_DONE = ("deprecated",)


@dataclass(slots=True)
class _Found:
    """An exercise as the track's config.json lists it."""

    slug: str
    name: str
    folder: str
    concepts: tuple[str, ...]
    prerequisites: tuple[str, ...]
    difficulty: int
    place: int
    is_concept: bool


@dataclass(slots=True)
class _Unit:
    """A lesson to be: its concept exercises first, then the practice that they open."""

    title: str
    concepts: tuple[str, ...]
    exercises: list[_Found] = field(default_factory=list)


def is_track(files: Mapping[str, bytes]) -> bool:
    """Whether these files are an Exercism track."""
    config = read_json(without_top(files).get("config.json", b""))
    return isinstance(config, dict) and isinstance(config.get("exercises"), dict)


def import_track(
    files: Mapping[str, bytes], plan: ImportPlan, taken: list[str], *, read_picture: ReadPicture
) -> None:
    """Add the track to the plan: lessons with exercises."""
    _Importer(without_top(files), plan, taken, read_picture).run()


class _Importer:
    def __init__(
        self, files: Mapping[str, bytes], plan: ImportPlan, taken: list[str], read_picture: ReadPicture
    ) -> None:
        self.files, self.plan, self.taken, self.read_picture = files, plan, taken, read_picture
        config = read_json(files.get("config.json", b""))
        self.config: Mapping[str, Any] = config if isinstance(config, dict) else {}
        self.names = {
            str(concept.get("slug")): str(concept.get("name") or concept.get("slug"))
            for concept in _tables(self.config.get("concepts"))
        }

    def run(self) -> None:
        language = clean_line(str(self.config.get("slug") or self.config.get("language") or "python")).lower()
        if language != "python":
            why = gettext(
                "Exercises in “%(language)s” cannot be graded here. Only Python tracks can come.",
                language=language[:40],
            )
            self.plan.leave("config.json", why)
            return
        self.plan.title = plain_title(str(self.config.get("language") or "Python"))
        for unit in self._units():
            self._lesson(unit)
        if any(path.startswith("concepts/") and path.endswith("/about.md") for path in self.files):
            self.plan.leave(
                "concepts",
                gettext("Of each concept its introduction comes; the longer texts for later do not."),
            )

    def _units(self) -> list[_Unit]:
        listed = self.config.get("exercises")
        listed = listed if isinstance(listed, dict) else {}
        concepts = self._listed(listed.get("concept"), "concept")
        practice = self._listed(listed.get("practice"), "practice")
        units = [_Unit(self._title(found), found.concepts, [found]) for found in self._in_order(concepts)]
        reach: dict[str, int] = {}
        for at, unit in enumerate(units):
            for concept in unit.concepts:
                reach.setdefault(concept, at)
        rest: dict[str, _Unit] = {}
        for found in sorted(practice, key=lambda found: (found.difficulty, found.place)):
            needed = [concept for concept in found.prerequisites if concept in reach]
            if units and needed and len(needed) == len(found.prerequisites):
                units[max(reach[concept] for concept in needed)].exercises.append(found)
            else:
                level = next((name for most, name in _LEVELS if found.difficulty <= most), "hard")
                rest.setdefault(level, _Unit(_level_title(level), ())).exercises.append(found)
        return [*units, *rest.values()]

    def _listed(self, value: object, kind: str) -> list[_Found]:
        found = []
        for place, entry in enumerate(_tables(value)[:MOST_EXERCISES]):
            slug = str(entry.get("slug") or "")
            name = plain_title(str(entry.get("name") or slug)) or slug
            if entry.get("status") in _DONE:
                self.plan.leave(name, gettext("The track calls this exercise out of date."))
                continue
            difficulty = entry.get("difficulty")
            found.append(
                _Found(
                    slug, name, f"exercises/{kind}/{slug}",
                    _texts(entry.get("concepts")), _texts(entry.get("prerequisites")),
                    difficulty if isinstance(difficulty, int) else 1, place, kind == "concept",
                )
            )  # fmt: skip
        return found

    def _in_order(self, concepts: list[_Found]) -> list[_Found]:
        """Each after those that teach what it needs; otherwise as the track lists them."""
        ordered: list[_Found] = []
        known: set[str] = set()
        taught = {concept for found in concepts for concept in found.concepts}
        waiting = list(concepts)
        while waiting:
            ready = next((f for f in waiting if not (set(f.prerequisites) & taught) - known), waiting[0])
            waiting.remove(ready)
            ordered.append(ready)
            known |= set(ready.concepts)
        return ordered

    def _title(self, found: _Found) -> str:
        names = [self.names.get(concept, concept) for concept in found.concepts]
        return plain_title(", ".join(names)) or found.name

    def _lesson(self, unit: _Unit) -> None:
        drafts = [(found, draft) for found in unit.exercises if (draft := self._draft(found)) is not None]
        if not drafts:
            return
        lesson = LessonDraft(self.plan, unit.title, self.taken)
        for concept in unit.concepts:
            text = self.files.get(f"concepts/{concept}/introduction.md")
            if text is not None:
                where = f"concepts/{concept}/introduction.md"
                lesson.prose(
                    self._prose(lesson, f"concepts/{concept}").tidy(split_title(_decoded(text))[1], where)
                )
        if not unit.concepts:
            lesson.prose(gettext("Choose an exercise. The easier ones come first."))
        for found, draft in drafts:
            folder = f"{found.folder}/.docs"
            prose = self._prose(lesson, folder)
            if (
                found.is_concept
                and (text := self.files.get(f"{folder}/introduction.md"))
                and not self._has_introduction(unit)
            ):
                lesson.prose(prose.tidy(split_title(_decoded(text))[1], f"{folder}/introduction.md"))
            draft.statement = self._statement(found, prose)
            lesson.exercise(draft, found.slug)
        lesson.close()
        listed = ", ".join(
            gettext("%(name)s (difficulty %(level)s)", name=found.name, level=found.difficulty)
            for found, _ in drafts
        )
        words = gettext("The lesson “%(title)s”: %(exercises)s.", title=lesson.title, exercises=listed)
        self.plan.coming.append(words)

    def _has_introduction(self, unit: _Unit) -> bool:
        return any(f"concepts/{concept}/introduction.md" in self.files for concept in unit.concepts)

    def _prose(self, lesson: LessonDraft, folder: str) -> Prose:
        def find(src: str) -> bytes | None:
            return self.files.get(posixpath.normpath(posixpath.join(folder, src)))

        return Prose(lesson, read_picture=self.read_picture, find_picture=find)

    def _statement(self, found: _Found, prose: Prose) -> str:
        folder = f"{found.folder}/.docs"
        names = ["instructions.md", "instructions.append.md"]
        if not found.is_concept:
            names.insert(0, "introduction.md")
        parts = []
        for name in names:
            if (text := self.files.get(f"{folder}/{name}")) is not None:
                parts.append(prose.tidy(split_title(_decoded(text))[1], f"{folder}/{name}", up="../"))
        if (text := self.files.get(f"{folder}/hints.md")) is not None:
            hints = prose.tidy(split_title(_decoded(text))[1], f"{folder}/hints.md", top=3, up="../")
            parts.append(f"## {gettext('Hints')}\n\n{hints}")
        return "\n\n".join(part for part in parts if part)

    def _draft(self, found: _Found) -> ExerciseDraft | None:
        listed = read_json(self.files.get(f"{found.folder}/.meta/config.json", b""))
        named = listed.get("files") if isinstance(listed, dict) else None
        named = named if isinstance(named, dict) else {}
        module = found.slug.replace("-", "_")
        solution_files = _texts(named.get("solution")) or (f"{module}.py",)
        test_files = _texts(named.get("test")) or (f"{module}_test.py",)
        examples = (
            _texts(named.get("exemplar"))
            or _texts(named.get("example"))
            or (".meta/exemplar.py", ".meta/example.py")
        )
        extra = _texts(named.get("editor"))
        missing = self._missing(found, solution_files, test_files)
        if missing:
            self.plan.leave(found.name, missing)
            return None
        solution = self._solution(found, solution_files, examples)
        if solution is None:
            self.plan.leave(
                found.name, gettext("There is no example of a solution (.meta/exemplar.py or example.py).")
            )
            return None
        tests = {name: self.files[f"{found.folder}/{name}"] for name in test_files}
        tests |= {
            name: self.files[f"{found.folder}/{name}"]
            for name in extra
            if f"{found.folder}/{name}" in self.files
        }
        if (
            len(tests) > MAX_FILES
            or sum(map(len, tests.values())) > MAX_BYTES
            or not all(map(is_text, tests.values()))
        ):
            self.plan.leave(
                found.name, gettext("The tests of this exercise are too large, or they are no text.")
            )
            return None
        starter = {name: _decoded(self.files[f"{found.folder}/{name}"]) for name in solution_files}
        return ExerciseDraft(found.name, "", starter, solution, tests)

    def _missing(self, found: _Found, solution_files: tuple[str, ...], test_files: tuple[str, ...]) -> str:
        if not any(path.startswith(f"{found.folder}/") for path in self.files):
            return str(gettext("The track lists this exercise, but its folder is not there."))
        if any(not _FILE.fullmatch(name) for name in solution_files):
            return str(gettext("Its files have names that no program here can have, or are no Python."))
        if any(f"{found.folder}/{name}" not in self.files for name in test_files):
            return str(gettext("Its tests are missing."))
        if any(f"{found.folder}/{name}" not in self.files for name in solution_files):
            return str(gettext("The file that students begin with is missing."))
        return ""

    def _solution(
        self, found: _Found, solution_files: tuple[str, ...], examples: tuple[str, ...]
    ) -> dict[str, str] | None:
        there = [name for name in examples if f"{found.folder}/{name}" in self.files]
        if len(solution_files) == 1:
            return {solution_files[0]: _decoded(self.files[f"{found.folder}/{there[0]}"])} if there else None
        by_name = {name.rpartition("/")[2]: name for name in there}
        if any(name.rpartition("/")[2] not in by_name for name in solution_files):
            return None
        return {
            name: _decoded(self.files[f"{found.folder}/{by_name[name.rpartition('/')[2]]}"])
            for name in solution_files
        }


def _level_title(level: str) -> str:
    words = {
        "easy": gettext("Practice: easy"),
        "medium": gettext("Practice: medium"),
        "hard": gettext("Practice: hard"),
    }
    return str(words[level])


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n")
