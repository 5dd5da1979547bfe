"""What a lesson says beside its prose: the title, the cells, the quizzes, where exercises stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lms.catalog.languages import LANGUAGES
from lms.catalog.markdown import SLUG, Directive, Document, line_of
from lms.catalog.model import CodeCell, Exercise, Fault, Lesson, Quiz
from lms.catalog.quiz import read_quiz


def placing_faults(parts: LessonParts, exercises: Mapping[str, str]) -> Iterator[Fault]:
    """Exercises that are not placed exactly once; `exercises` are the lesson's, with the paths of their files."""
    path = parts.document.path
    seen: set[str] = set()
    for name, line in parts.placed:
        if name not in exercises:
            cure = f"Make the folder {name} with an exercise.toml, or mend the name."
            yield Fault(path, line, f"There is no exercise `{name}` in this lesson.", cure)
        elif name in seen:
            yield Fault(path, line, f"The exercise `{name}` is placed twice.", "Remove one of the two.")
        seen.add(name)
    for name, place in exercises.items():
        if name not in seen:
            cure = f"Add a block ```{{exercise}} {name}``` to lesson.md."
            yield Fault(place, 1, f"The exercise `{name}` is not placed in its lesson.", cure)


class LessonParts:
    """What a lesson's tokens say: title, cells, quizzes and where exercises are placed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.title = ""
        self.cells: list[CodeCell] = []
        self.quizzes: list[Quiz] = []
        self.placed: list[tuple[str, int]] = []
        self.fatal = False
        self._ids: set[str] = set()
        self._read_title()
        for token in document.tokens:
            if token.type == "cell":
                self._read_cell(token.meta["directive"])
            elif token.type == "exercise":
                self.placed.append((token.meta["directive"].argument, line_of(token)))
            elif token.type == "quiz":
                quiz = read_quiz(token.meta["directive"], token.meta["tokens"], document)
                if quiz is not None and self._new_id(quiz.id, quiz.line):
                    self.quizzes.append(quiz)

    def lesson(
        self, course: str, slug: str, exercises: Iterable[Exercise], *, minutes: int | None, version: str
    ) -> Lesson:
        """The lesson that these parts make; not for a text without a title."""
        return Lesson(
            slug=slug,
            key=f"{course}/{slug}",
            title=self.title,
            minutes=minutes,
            source=self.document.source,
            cells=tuple(self.cells),
            quizzes=tuple(self.quizzes),
            exercises=tuple(exercises),
            version=version,
        )

    def _read_title(self) -> None:
        tokens = self.document.tokens
        if len(tokens) > 1 and tokens[0].tag == "h1":
            self.title = tokens[1].content
        else:
            self.fatal = True
            self.document.fault(1, "The lesson does not begin with its title.", "Write `# Title` in line 1.")
        for token in tokens[1:]:
            if token.type == "heading_open" and token.tag == "h1":
                self.document.fault(
                    line_of(token), "The lesson has a second title.", "Use `##` for headings."
                )

    def _read_cell(self, directive: Directive) -> None:
        language = directive.argument or "python"
        if language not in LANGUAGES:
            cure = f"Known languages: {', '.join(LANGUAGES)}."
            self.document.fault(directive.line, f"Cells in `{language}` cannot run.", cure)
        elif self.cells and language != self.cells[0].language:
            cure = f"Write them all in `{self.cells[0].language}`, or make another lesson."
            self.document.fault(directive.line, "The cells of one lesson have one language.", cure)
        cell_id = directive.options.get("id", "")
        if not SLUG.fullmatch(cell_id):
            cure = "Add a line `:id: a-short-name` at its top."
            self.document.fault(directive.line, "This cell has no id.", cure)
        elif self._new_id(cell_id, directive.line):
            code = directive.body.rstrip("\n")
            self.cells.append(CodeCell(cell_id, code, language, directive.line))

    def _new_id(self, name: str, line: int) -> bool:
        if name in self._ids:
            self.document.fault(
                line, f"The id `{name}` is used twice in this lesson.", "Give each its own id."
            )
            return False
        self._ids.add(name)
        return True
