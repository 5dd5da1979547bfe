"""Courses and lessons to take away: a package, and a lesson as a Jupyter notebook without a word of its answers."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import nbformat
from flask_babel import gettext
from markdown_it.token import Token
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lms.authoring.importing.notebooks import MINE
from lms.authoring.package import is_course_file, pack
from lms.catalog.languages import language_of
from lms.catalog.links import is_external, resolve
from lms.catalog.markdown import Document, inline_tokens, leaves, read_markdown, role_target
from lms.catalog.model import CodeCell, Exercise, Lesson, Quiz
from lms.catalog.quiz import shuffled_lines

_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".svg": "image/svg+xml",
}  # fmt: skip


def course_package(slug: str, files: Mapping[str, bytes]) -> bytes:
    """The course's files as a package that can be imported again; files that no course has stay behind."""
    return pack(slug, {path: content for path, content in files.items() if is_course_file(path)})


def lesson_notebook(lesson: Lesson, files: Mapping[str, bytes]) -> bytes:
    """A lesson as a notebook: texts and cells as they are, exercises as their task and their starter.

    What tells an answer is not in it: solutions, tests, wrong samples, which option of a question is right.
    """
    language = lesson.cells[0].language if lesson.cells else "python"
    cells = [_text(f"# {lesson.title}", "title")]
    for number, block in enumerate(_blocks(lesson), start=1):
        if isinstance(block, CodeCell):
            cells.append(new_code_cell(block.code, id=block.id[:64]))
        elif isinstance(block, Quiz):
            cells.append(_text(_question(block), f"quiz-{number}", kind="quiz"))
        elif isinstance(block, Exercise):
            cells += _exercise_cells(block, files, f"{lesson.slug}/{block.slug}", number)
        else:
            cells.append(_prose(block, lesson.slug, files, f"text-{number}"))
    notebook = new_notebook(cells=_with_own_ids(cells), metadata=_metadata(language))
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n".encode()


def _blocks(lesson: Lesson) -> Iterator[str | CodeCell | Quiz | Exercise]:
    """What the lesson holds, in its order; texts as their Markdown."""
    document = read_markdown(lesson.source, f"{lesson.slug}/lesson.md")
    lines = lesson.source.split("\n")
    start = document.tokens[0].map[1] if document.tokens[0].map else 1
    for token in document.tokens:
        if token.type not in {"cell", "exercise", "quiz"} or not token.map:
            continue
        if text := "\n".join(lines[start : token.map[0]]).strip("\n"):
            yield text
        start = token.map[1]
        directive = token.meta["directive"]
        found: CodeCell | Quiz | Exercise | None
        if token.type == "cell":
            found = lesson.cell(directive.options.get("id", ""))
        elif token.type == "quiz":
            found = lesson.quiz(directive.argument)
        else:
            found = lesson.exercise(directive.argument)
        if found is not None:
            yield found
    if text := "\n".join(lines[start:]).strip("\n"):
        yield text


def _text(source: str, name: str, *, kind: str = "") -> Any:
    return new_markdown_cell(source, id=name, metadata={MINE: {"kind": kind}} if kind else {})


def _question(quiz: Quiz) -> str:
    lines = [f"**{gettext('Question')}**", "", quiz.question.strip()]
    if quiz.kind in {"single", "multiple"}:
        lines += ["", *(f"- {option.text}" for option in quiz.options)]
    elif quiz.kind == "order":
        lines += ["", f"```{quiz.language}", *shuffled_lines(quiz), "```"]
    return "\n".join(lines)


def _exercise_cells(exercise: Exercise, files: Mapping[str, bytes], folder: str, number: int) -> list[Any]:
    text = _prose(exercise.statement, folder, files, f"exercise-{number}")
    text["source"] = f"## {gettext('Exercise')}: {exercise.title}\n\n{text['source']}"
    text["metadata"] = {MINE: {"kind": "exercise", "name": exercise.slug}}
    cells = [text]
    for at, (name, program) in enumerate(exercise.starter.items(), start=1):
        comment = "//" if language_of(exercise.kernel).suffix == ".js" else "#"
        source = program.rstrip("\n")
        cells.append(
            new_code_cell(
                f"{comment} {name}\n{source}" if len(exercise.starter) > 1 else source,
                id=f"starter-{number}-{at}",
                metadata={MINE: {"kind": "starter", "name": exercise.slug}},
            )
        )
    return cells


def _prose(text: str, folder: str, files: Mapping[str, bytes], name: str) -> Any:
    """A text with its pictures inside. What only a lesson knows (terms, links to lessons) becomes plain text."""
    document = read_markdown(text, folder)
    pictures: dict[str, dict[str, str]] = {}
    cell = new_markdown_cell(_plain(text, document, folder, files, pictures), id=name)
    if pictures:
        cell["attachments"] = pictures
    return cell


def _plain(
    text: str,
    document: Document,
    folder: str,
    files: Mapping[str, bytes],
    pictures: dict[str, dict[str, str]],
) -> str:
    lines = text.split("\n")
    for token in reversed(document.tokens):  # the places of those before stay
        if token.type == "figure_open" and token.map and token.level == 0:
            _replace_figure(lines, token, folder, files, pictures)
    text = "\n".join(lines)
    for token in inline_tokens(document.tokens):
        for child in leaves(token):
            if child.type == "image":
                source = str(child.attrs.get("src", ""))
                text = text.replace(f"]({source})", f"]({_attach(source, folder, files, pictures)})")
            elif child.type == "link_open" and not is_external(href := str(child.attrs.get("href", ""))):
                if not href.startswith("#"):
                    text = text.replace(f"]({href})", "](#)")
            elif child.type == "myst_role":
                shown, target = role_target(child.content)
                words = f"`{child.content}`" if child.meta["name"] == "kbd" else (shown or target)
                text = text.replace(f"{{{child.meta['name']}}}`{child.content}`", words)
    return text


def _replace_figure(
    lines: list[str],
    token: Token,
    folder: str,
    files: Mapping[str, bytes],
    pictures: dict[str, dict[str, str]],
) -> None:
    start, end = token.map or [0, 0]
    address = _attach(token.meta["src"], folder, files, pictures)
    caption = [line for line in lines[start + 1 : end - 1] if line.strip() and not line.startswith(":alt:")]
    lines[start:end] = [f"![{token.meta['alt']}]({address})", *(["", *caption] if caption else [])]


def _attach(source: str, folder: str, files: Mapping[str, bytes], pictures: dict[str, dict[str, str]]) -> str:
    path = resolve(folder, source).path
    kind = _TYPES.get(PurePosixPath(path).suffix)
    if path not in files or kind is None:
        return source
    name = PurePosixPath(path).name
    pictures[name] = {kind: base64.b64encode(files[path]).decode()}
    return f"attachment:{name}"


def _with_own_ids(cells: list[Any]) -> list[Any]:
    """Ids of cells are unique in a notebook; those of the lesson's own cells stay."""
    taken = {cell["id"] for cell in cells if cell["cell_type"] == "code" and MINE not in cell["metadata"]}
    for cell in cells:
        if cell["cell_type"] == "code" and MINE not in cell["metadata"]:
            continue
        while cell["id"] in taken:
            cell["id"] = f"{cell['id']}-x"[:64]
        taken.add(cell["id"])
    return cells


def _metadata(language: str) -> dict[str, Any]:
    if language == "javascript":
        return {
            "kernelspec": {"name": "javascript", "display_name": "JavaScript", "language": "javascript"},
            "language_info": {"name": "javascript", "file_extension": ".js"},
        }
    return {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "file_extension": ".py"},
    }
