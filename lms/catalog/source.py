"""A course folder as it was read: files parsed, and what could be made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lms.catalog.markdown import Document
from lms.catalog.model import Course, Exercise, Fault, Lesson
from lms.catalog.tomlfile import TomlFile


@dataclass(slots=True)
class ExerciseSource:
    """An exercise as read: its files parsed, and the exercise itself unless it is faulty."""

    slug: str
    toml: TomlFile
    statement: Document
    exercise: Exercise | None


@dataclass(slots=True)
class LessonSource:
    """A lesson as read, with where its exercises are placed."""

    slug: str
    document: Document
    placed: list[tuple[str, int]]
    exercises: dict[str, ExerciseSource]
    lesson: Lesson | None


@dataclass(slots=True)
class CourseSource:
    """A course folder as read: everything the checker and the extractor need."""

    path: Path
    toml: TomlFile
    glossary: TomlFile
    lessons: list[LessonSource] = field(default_factory=list)
    course: Course | None = None
    images: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
