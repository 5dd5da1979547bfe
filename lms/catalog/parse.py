"""Read a course folder into a `Course`, noting every fault with its file and line.

A fault in course.toml or in a lesson's structure leaves no course; a faulty exercise is left out, so
that one slip of an author does not close the whole course to its students.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lms.catalog.languages import CodeLanguage, language_of
from lms.catalog.lesson import LessonParts, placing_faults
from lms.catalog.markdown import SLUG, Document, line_of, read_markdown
from lms.catalog.model import (
    AskedReview,
    Check,
    Course,
    Exercise,
    Fault,
    Lesson,
    Mistake,
    Place,
    Rules,
    Skill,
    Step,
    Suite,
    Term,
)
from lms.catalog.snapshot import content_hash, with_version
from lms.catalog.source import CourseSource, ExerciseSource, LessonSource
from lms.catalog.suite import LOCK, RECORD_CURE, LockError, read_tests, suite_of
from lms.catalog.tomlfile import TomlFile, read_toml

IMAGE_SUFFIXES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp"})
MAX_FILE = 2 * 1024 * 1024

_COURSE_FILES = {"course.toml", "glossary.toml", "translations", "README.md", "LICENSE"}
_LESSON_FILES = {"lesson.md", "images"}
_EXERCISE_FILES = {
    "exercise.toml",
    "statement.md",
    "starter",
    "solution",
    "wrong",
    "tests",
    LOCK,
}


ReadExercise = tuple[ExerciseSource, list[Fault]]
Remember = Callable[[str, Callable[[], ReadExercise]], ReadExercise]
"""Gives what was read of an exercise folder, by its path in the course, or reads it now."""


def read_course(path: Path, remember: Remember | None = None) -> CourseSource:
    """Read a course folder; faults are in `faults`, and `course` is None if it cannot be served.

    `remember` is asked for each exercise: most of the time goes into them, and most have not changed.
    """
    return _Reader(path, remember).read()


def read_exercise(folder: Path) -> tuple[Exercise | None, list[Fault]]:
    """Read one exercise folder on its own; fault paths are relative to its course's folder."""
    folder = folder.resolve()
    reader = _Reader(folder.parents[1])
    return reader.exercise(folder).exercise, reader.faults


def placed_exercises(
    placed: Sequence[tuple[str, int]], exercises: Mapping[str, ExerciseSource]
) -> tuple[Exercise, ...]:
    """The exercises that can be served, in the order in which the lesson places them."""
    in_order = [exercises[name].exercise for name in dict(placed) if name in exercises]
    return tuple(exercise for exercise in in_order if exercise is not None)


class _Reader:
    """Reads one course folder and collects its faults."""

    def __init__(self, root: Path, remember: Remember | None = None) -> None:
        self.root = root
        self.remember = remember
        self.faults: list[Fault] = []
        self.images: dict[str, str] = {}  # those of lessons read so far, by path, with their SHA-256

    def read(self) -> CourseSource:
        toml = self._toml("course.toml", "course", "Write course.toml: see docs/course-format.md.")
        fatal = bool(self.faults)
        glossary = self._toml("glossary.toml", "glossary", None)
        source = CourseSource(self.root, toml, glossary)
        if not SLUG.fullmatch(self.root.name):
            self._fault("course.toml", 1, f"The folder name `{self.root.name}` is not a slug.", _SLUG_CURE)
        for folder in self._in_order(toml):
            if (folder / "lesson.md").is_file():
                source.lessons.append(self._lesson(folder, toml.values.get("minutes", {})))
            elif folder.name not in _COURSE_FILES:
                cure = "Remove it, or write a lesson.md into it."
                self._fault(folder.name, 1, "This does not belong to a course.", cure)
        self._check_lesson_names(source)
        if not source.lessons:
            self._fault(
                "course.toml", 1, "The course has no lessons.", "Make a folder 01-… with a lesson.md."
            )
        lessons = [lesson.lesson for lesson in source.lessons if lesson.lesson is not None]
        if not fatal and len(lessons) == len(source.lessons):
            source.course = self._course(toml.values, glossary, tuple(lessons))
        source.faults, source.images = self.faults, self.images
        return source

    def _course(self, values: Mapping[str, Any], glossary: TomlFile, lessons: tuple[Lesson, ...]) -> Course:
        terms = {
            key: Term(key, entry["term"], entry["definition"], glossary.line(key))
            for key, entry in glossary.values.items()
            if isinstance(entry, dict) and {"term", "definition"} <= entry.keys()
        }
        content = [values, glossary.values, [(lesson.slug, lesson.version) for lesson in lessons]]
        return Course(
            slug=self.root.name,
            title=values["title"],
            summary=values["summary"],
            level=values["level"],
            language=values["language"],
            languages=tuple(values["languages"]),
            hours=values["hours"],
            skills=tuple(Skill(skill["uri"], skill["label"]) for skill in values.get("skills", [])),
            licence=values["licence"],
            authors=tuple(values.get("authors", ())),
            lessons=lessons,
            glossary=terms,
            version=content_hash(content),
            path=self.root,
            images=self.images,
        )

    def _lesson(self, folder: Path, minutes: object) -> LessonSource:
        slug, path = folder.name, f"{folder.name}/lesson.md"
        if not SLUG.fullmatch(slug):
            self._fault(path, 1, f"The folder name `{slug}` is not a slug.", _SLUG_CURE)
        text = self._text(path) or ""
        document = read_markdown(text, path)
        exercises: dict[str, ExerciseSource] = {}
        for entry in sorted(self._entries(folder)):
            if (entry / "exercise.toml").is_file():
                exercises[entry.name] = self._remembered(entry)
            elif entry.name not in _LESSON_FILES:
                self._fault(
                    f"{slug}/{entry.name}", 1, "This does not belong to a lesson.", "Remove or rename it."
                )
        parts = LessonParts(document)
        places = {name: found.toml.path for name, found in exercises.items()}
        self.faults += [*document.faults, *placing_faults(parts, places)]
        source = LessonSource(slug, document, parts.placed, exercises, None)
        if not parts.fatal:
            built = placed_exercises(parts.placed, exercises)
            source.lesson = parts.lesson(
                self.root.name,
                slug,
                built,
                minutes=minutes.get(slug) if isinstance(minutes, dict) else None,
                version=self._lesson_version(folder, text, built),
            )
        return source

    def _lesson_version(self, folder: Path, text: str, exercises: tuple[Exercise, ...]) -> str:
        images = {
            f"{folder.name}/images/{image.name}": hashlib.sha256(image.read_bytes()).hexdigest()
            for image in sorted(self._entries(folder / "images"))
            if image.suffix in IMAGE_SUFFIXES and image.is_file() and not image.is_symlink()
        }
        self.images |= images
        return content_hash([text, images, [(exercise.slug, exercise.version) for exercise in exercises]])

    def _check_lesson_names(self, source: CourseSource) -> None:
        slugs = {lesson.slug for lesson in source.lessons}
        for key in ("minutes", "order"):
            named = source.toml.values.get(key, ())
            for slug in named if isinstance(named, dict | list) else ():
                if slug not in slugs:
                    fault = source.toml.fault((key, slug), f"There is no lesson `{slug}`.", "Mend the name.")
                    self.faults.append(fault)

    def _in_order(self, toml: TomlFile) -> list[Path]:
        """What is in the course's folder: as `order` says, then by name."""
        order = toml.values.get("order", [])
        names = [str(name) for name in order] if isinstance(order, list) else []
        return sorted(
            self._entries(self.root),
            key=lambda entry: (names.index(entry.name) if entry.name in names else len(names), entry),
        )

    def _remembered(self, folder: Path) -> ExerciseSource:
        if self.remember is None:
            return self.exercise(folder)

        def read() -> ReadExercise:
            reader = _Reader(self.root)
            return reader.exercise(folder), reader.faults

        source, faults = self.remember(folder.relative_to(self.root).as_posix(), read)
        self.faults += faults
        return source

    def exercise(self, folder: Path) -> ExerciseSource:
        """Read one exercise; what is missing around it (statement, samples) does not make it unusable."""
        relative = folder.relative_to(self.root).as_posix()
        before = len(self.faults)
        toml = self._toml(f"{relative}/exercise.toml", "exercise", "Write exercise.toml.")
        language = language_of(toml.values.get("kernel"))
        listed = toml.values.get("files", (f"solution{language.suffix}",))
        files = tuple(listed) if isinstance(listed, list | tuple) else ()
        starter = self._program(folder, "starter", files, language)
        solution = self._program(folder, "solution", files, language)
        usable = len(self.faults) == before
        suite = self._suite(folder, toml) if usable else None
        usable = len(self.faults) == before
        statement = self._statement(relative)
        wrong = dict(self._wrong(folder, files, language))
        self._check_names(folder, toml, language)
        exercise = None
        if usable:
            values = toml.values
            exercise = with_version(
                Exercise(
                    slug=folder.name,
                    key=f"{self.root.name}/{relative}",
                    title=values["title"],
                    kernel=values.get("kernel", "python"),
                    files=files,
                    starter=starter,
                    solution=solution,
                    wrong=wrong,
                    checks=tuple(
                        _check(index, check) for index, check in enumerate(values.get("checks", []))
                    ),
                    rules=_rules(values.get("rules", {})),
                    mistakes=tuple(Mistake(**mistake) for mistake in values.get("mistakes", [])),
                    statement=statement.source,
                    version="",
                    place=Place(toml.path, 1),
                    suite=suite,
                    review=_review(values.get("review")),
                )
            )
        return ExerciseSource(folder.name, toml, statement, exercise)

    def _suite(self, folder: Path, toml: TomlFile) -> Suite | None:
        """The suite of an exercise with a folder `tests/`; it has either that or checks."""
        has_tests = (folder / "tests").is_dir()
        if has_tests == ("checks" in toml.values):
            message = "An exercise has checks or a folder tests/."
            self.faults.append(toml.fault(("checks",), message, "Keep one of the two."))
            return None
        if not has_tests:
            if "suite" in toml.values:
                self.faults.append(toml.fault(("suite",), "There is no folder tests/.", "Write the tests."))
            return None
        relative = folder.relative_to(self.root).as_posix()
        lock = folder / LOCK
        try:
            files = read_tests(folder / "tests")
            text = lock.read_text(encoding="utf-8") if lock.is_file() else None
        except (ValueError, OSError) as error:
            self._fault(f"{relative}/tests", 1, str(error), "Keep only text files that the tests need.")
            return None
        table = toml.values.get("suite", {})
        try:
            return suite_of(files, table, text)
        except LockError as error:
            self._fault(f"{relative}/{LOCK}", 1, f"This is no record of tests: {error}.", RECORD_CURE)
            return suite_of(files, table, None)

    def _statement(self, relative: str) -> Document:
        path = f"{relative}/statement.md"
        statement = read_markdown(self._text(path, "Write the task into statement.md.") or "", path)
        for token in statement.tokens:
            if token.type in {"cell", "exercise", "quiz"}:
                statement.fault(
                    line_of(token), f"A statement cannot hold a {token.type}.", "Move it to lesson.md."
                )
        self.faults += statement.faults
        return statement

    def _check_names(self, folder: Path, toml: TomlFile, language: CodeLanguage) -> None:
        if not SLUG.fullmatch(folder.name):
            self._fault(toml.path, 1, f"The folder name `{folder.name}` is not a slug.", _SLUG_CURE)
        known = _EXERCISE_FILES | {f"{name}{language.suffix}" for name in ("starter", "solution")}
        for entry in sorted(self._entries(folder)):
            if entry.name not in known:
                cure = f"Known names: {', '.join(sorted(known))}."
                path = entry.relative_to(self.root).as_posix()
                self._fault(path, 1, "This does not belong to an exercise.", cure)

    def _program(
        self, folder: Path, name: str, files: tuple[str, ...], language: CodeLanguage
    ) -> dict[str, str]:
        """The files of a starter or solution: one `name.py`, or a folder `name/` with each file."""
        relative = folder.relative_to(self.root).as_posix()
        if len(files) == 1 and not (folder / name).is_dir():
            file = f"{name}{language.suffix}"
            text = self._text(f"{relative}/{file}", f"Write {file}.")
            return {files[0]: text or ""}
        cure = "Each name in `files` needs a file here."
        return {file: self._text(f"{relative}/{name}/{file}", cure) or "" for file in files}

    def _wrong(
        self, folder: Path, files: tuple[str, ...], language: CodeLanguage
    ) -> Iterator[tuple[str, dict[str, str]]]:
        relative = f"{folder.relative_to(self.root).as_posix()}/wrong"
        entries = sorted(self._entries(folder / "wrong"))
        for entry in entries:
            if entry.is_dir():
                yield entry.name, self._program(folder / "wrong", entry.name, files, language)
            elif entry.suffix == language.suffix and files:
                yield entry.stem, {files[0]: self._text(f"{relative}/{entry.name}") or ""}
            else:
                cure = f"Keep only {language.suffix} files here."
                self._fault(f"{relative}/{entry.name}", 1, "This is not a sample.", cure)
        if len(entries) < 2:
            cure = f"Write at least two wrong samples: wrong/<mistake>{language.suffix}."
            self._fault(
                f"{relative.removesuffix('/wrong')}/exercise.toml", 1, "Wrong samples are missing.", cure
            )

    def _toml(self, path: str, schema: str, missing_cure: str | None) -> TomlFile:
        if missing_cure is None and not (self.root / path).is_file():
            return TomlFile(path, {}, {})
        text = self._text(path, missing_cure)
        if text is None:
            return TomlFile(path, {}, {})
        file, faults = read_toml(text, path, schema)
        self.faults += faults
        return file

    def _text(self, path: str, missing_cure: str | None = None) -> str | None:
        file = self.root / path
        if file.is_symlink() or not file.is_file():
            self._fault(path, 1, "This file is missing.", missing_cure or "Write this file.")
            return None
        if file.stat().st_size > MAX_FILE:
            self._fault(path, 1, "This file is larger than 2 MiB.", "Make it shorter.")
            return None
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self._fault(path, 1, "This file is not UTF-8 text.", "Save it as UTF-8.")
            return None

    def _entries(self, folder: Path) -> Iterator[Path]:
        if folder.is_dir():
            yield from (e for e in folder.iterdir() if e.name[0] != "." and e.name != "__pycache__")

    def _fault(self, path: str, line: int, message: str, cure: str) -> None:
        self.faults.append(Fault(path, line, message, cure))


_SLUG_CURE = "Use only a-z, 0-9 and hyphens."


def _check(index: int, values: Mapping[str, Any]) -> Check:
    steps = tuple(
        Step(**{("name" if key == "as" else key): value for key, value in step.items()})
        for step in values.get("steps", [])
    )
    return replace(Check(index=index, **{k: v for k, v in values.items() if k != "steps"}), steps=steps)


def _review(asked: Any) -> AskedReview | None:
    """`review = true`, or a table with criteria; the schema has seen to it that it is nothing else."""
    if asked is None:
        return None
    return AskedReview(tuple(asked.get("criteria", ())) if isinstance(asked, dict) else ())


def _rules(values: Mapping[str, Any]) -> Rules:
    return Rules(tuple(values.get("must_use", ())), tuple(values.get("must_not_use", ())))
