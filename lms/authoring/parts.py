"""What the buttons of the lesson editor put into the text: read from their small forms, written as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext

from lms.authoring import editing
from lms.authoring.editing import Insert
from lms.authoring.lesson_forms import BoxPart, CellPart, ExercisePart, FigurePart, Part, QuizPart, WordPart
from lms.authoring.pictures import BadPicture, check_room, figure_block, picture_path, read_picture
from lms.authoring.quiz_writing import CannotWrite, paragraph, write_quiz
from lms.catalog.model import Option, Quiz
from lms.catalog.quiz import fold_answer

Kinds = Mapping[str, type[Part]]
PARTS: Kinds = {
    "cell": CellPart,
    "exercise": ExercisePart,
    "quiz": QuizPart,
    "box": BoxPart,
    "word": WordPart,
    "figure": FigurePart,
}


@dataclass(frozen=True, slots=True)
class Around:
    """What a lesson has that its parts can speak of."""

    lesson: str
    text: str
    exercises: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    files: Mapping[str, object]
    """The files of the course, by path."""

    @property
    def pictures(self) -> list[str]:
        """The pictures in the lesson's folder."""
        return sorted(path for path in self.files if path.startswith(f"{self.lesson}/images/"))


@dataclass(frozen=True, slots=True)
class Made:
    """A part that can be put in, and the files that it needs."""

    insert: Insert
    files: Mapping[str, bytes]


def part_forms(around: Around, sent: str | None = None) -> dict[str, Part]:
    """The small forms; the one that was `sent` keeps what was typed, the others too if none was taken."""
    forms = {kind: form(prefix=kind) for kind, form in PARTS.items()}
    if sent is not None:
        forms[sent] = PARTS[sent](formdata=None, prefix=sent)
    forms["exercise"].name.choices = list(around.exercises)
    forms["word"].key.choices = list(around.words)
    names = [PurePosixPath(path).name for path in around.pictures]
    forms["figure"].kept.choices = [("", gettext("A new one")), *((name, name) for name in names)]
    language = editing.cell_language(around.text)
    if not forms["cell"].is_submitted() and language is not None:
        forms["cell"].language.data = language
    return forms


def make_part(kind: str, form: Part, around: Around) -> Made | None:
    """What the form asks for; None, with errors in the form, if that cannot be."""
    if not form.validate():
        return None
    if kind == "figure":
        return _figure(form, around)
    insert = _quiz(form, around) if kind == "quiz" else _plain(kind, form, around)
    return Made(insert, {}) if insert is not None else None


def _plain(kind: str, form: Part, around: Around) -> Insert:
    if kind == "cell":
        name = editing.free_id(around.text, "cell")
        return editing.cell_block(name, form.language.data, form.code.data or "")
    if kind == "exercise":
        return editing.exercise_block(form.name.data)
    if kind == "word":
        return editing.term_role(form.key.data, editing.ready_words(form.words.data or ""))
    return editing.admonition_block(form.kind.data, form.title.data or "", form.text.data)


def _figure(form: Part, around: Around) -> Made | None:
    folder = f"{around.lesson}/images/"
    if form.kept.data:
        if folder + form.kept.data not in around.pictures:
            form.kept.errors = [gettext("This picture is not there any more. Choose another one.")]
            return None
        block = figure_block(f"images/{form.kept.data}", form.alt.data, form.caption.data or "")
        return Made(Insert(block), {})
    sent = form.file.data
    try:
        check_room(around.pictures)
        picture = read_picture(sent.read() if sent else b"")
    except BadPicture as refused:
        form.file.errors = [refused.sentence]
        return None
    path = picture_path(around.lesson, sent.filename or "", picture.suffix, around.files)
    block = figure_block(path.removeprefix(f"{around.lesson}/"), form.alt.data, form.caption.data or "")
    return Made(Insert(block), {path: picture.content})


def _quiz(form: Part, around: Around) -> Insert | None:
    quiz = _asked(form, editing.free_id(around.text, "question"))
    if quiz is None:
        return None
    try:
        return Insert(write_quiz(quiz))
    except CannotWrite:
        form.question.errors = [
            gettext(
                "These texts would be read as another part of the question. "
                "Close every block of code, and write options only into their own fields."
            )
        ]
        return None


def _asked(form: Part, name: str) -> Quiz | None:
    question = editing.as_stored(form.question.data).strip()
    explanation = editing.as_stored(form.explanation.data or "").strip() or None
    if form.kind.data == "order":
        lines = tuple(line for line in editing.as_stored(form.lines.data or "").split("\n") if line.strip())
        if len(set(lines)) < 2:
            form.lines.errors = [gettext("Write at least two different lines.")]
            return None
        return Quiz(name, "order", question, (), lines, explanation, language=form.language.data)
    rows = [row.form for row in form.options]
    options = tuple(
        Option(row.text.data, bool(row.right.data), paragraph(row.feedback.data or "") or None)
        for row in rows
        if row.text.data
    )
    problem = _problem(form.kind.data, options)
    if problem is not None:
        rows[0].text.errors = [problem]
        return None
    return Quiz(name, form.kind.data, question, options, (), explanation)


def _problem(kind: str, options: tuple[Option, ...]) -> str | None:
    right = sum(option.right for option in options)
    texts = {fold_answer(option.text) if kind == "short" else option.text for option in options}
    if kind != "short" and len(options) < 2:
        return str(gettext("Write at least two options."))
    if right == 0:
        return str(gettext("Mark at least one option as right."))
    if kind == "single" and right > 1:
        return str(gettext("Mark one option only, or choose that several can be right."))
    if len(texts) < len(options):
        return str(gettext("Two options are the same."))
    return None
