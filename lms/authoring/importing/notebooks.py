"""Jupyter notebooks: each becomes a lesson. Text becomes Markdown, code becomes cells that run in the page."""

from __future__ import annotations

import ast
import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import nbformat
from flask_babel import gettext
from nbformat.reader import NotJSONError

from lms.authoring.importing.plan import AskedAlt, ImportPlan, LessonDraft, plain_title, read_json
from lms.authoring.importing.prose import Prose, ReadPicture, split_title
from lms.catalog.languages import LANGUAGES
from lms.catalog.markdown import BIDI_CONTROLS
from lms.core.text import clean_output

MOST_CELLS = 1000
LONGEST_OUTPUT = 5000
MINE = "passerelle"
"""The key in the metadata of our own notebooks (`lms.authoring.exporting`)."""

Outputs = Literal["drop", "keep"]

_LINE_MAGIC = re.compile(r"^\s*(%[a-zA-Z_]|!|\?|[\w.]+\?{1,2}\s*$)")
_CELL_MAGIC = re.compile(r"^\s*%%(\w+)")
_WIDGETS = re.compile(r"\bipywidgets\b|\bfrom IPython\b|\bimport IPython\b|\bget_ipython\b")
_KERNELS = {
    "python": "python", "python3": "python", "ipython": "python", "javascript": "javascript", "js": "javascript",
    "node": "javascript",
}  # fmt: skip
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml")


def read_notebook(content: bytes) -> Mapping[str, Any] | None:
    """A notebook in the form of today, or None; nothing in it is run."""
    raw = read_json(content)
    if not isinstance(raw, dict) or not isinstance(raw.get("nbformat"), int):
        return None
    try:
        notebook = nbformat.reads(content.decode(), as_version=4)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        NotJSONError,
        RecursionError,
        nbformat.ValidationError,
    ):
        return None
    cells = notebook.get("cells")
    right = isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)
    return notebook if right else None


def source_of(cell: Mapping[str, Any]) -> str:
    """The text of a cell."""
    source = cell.get("source", "")
    text = "".join(str(line) for line in source) if isinstance(source, list) else str(source)
    return (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").encode("utf-8", "replace").decode()
    )


def take_title(cells: Iterable[dict[str, Any]]) -> str:
    """The first heading that can be a lesson's title, taken out of its cell; empty when there is none."""
    for cell in cells:
        if cell.get("cell_type") == "markdown":
            title, rest = split_title(source_of(cell))
            if plain_title(title):
                cell["source"] = rest
                return title
    return ""


def language_of_notebook(notebook: Mapping[str, Any]) -> str:
    """`python`, `javascript`, or what the notebook says if it is neither."""
    metadata = _table(notebook.get("metadata"))
    names = (
        _table(metadata.get("language_info")).get("name"),
        _table(metadata.get("kernelspec")).get("language"),
    )
    name = next((str(name).lower() for name in names if name), "python")
    return _KERNELS.get(name) or name


def import_notebook(
    content: bytes,
    filename: str,
    plan: ImportPlan,
    taken: list[str],
    *,
    read_picture: ReadPicture,
    outputs: Outputs = "drop",
) -> None:
    """Add the notebook to the plan as a lesson."""
    notebook = read_notebook(content)
    if notebook is None:
        plan.leave(filename, gettext("This is no Jupyter notebook that can be read."))
        return
    _Importer(notebook, filename, plan, taken, read_picture=read_picture, outputs=outputs).run()


def name_of_file(filename: str) -> str:
    """A title out of a file's name: `02_for-loops.ipynb` is `for loops`."""
    stem = filename.rpartition("/")[2].rpartition(".")[0] or filename
    return plain_title(re.sub(r"^\d+[-_. ]*", "", stem).replace("_", " ").replace("-", " ")) or stem


def attachments_of(cell: Mapping[str, Any]) -> dict[str, bytes]:
    """The pictures that a text cell brings along, by their addresses."""
    found = {}
    for name, kinds in _table(cell.get("attachments")).items():
        content = _picture_in(_table(kinds))
        if content is not None:
            found[f"attachment:{name}"] = content
    return found


class _Importer:
    def __init__(
        self, notebook: Mapping[str, Any], filename: str, plan: ImportPlan, taken: list[str], *,
        read_picture: ReadPicture, outputs: Outputs,
    ) -> None:  # fmt: skip
        self.cells = list(notebook["cells"])
        self.filename, self.plan, self.outputs = filename, plan, outputs
        self.language = language_of_notebook(notebook)
        title = take_title(self.cells)
        self.lesson = LessonDraft(plan, title or name_of_file(filename), taken)
        self._attachments: dict[str, bytes] = {}
        self.prose = Prose(
            self.lesson,
            read_picture=read_picture,
            find_picture=self._attached,
            keep=("quiz",),
        )
        self.counts = {"text": 0, "code": 0}

    def _attached(self, src: str) -> bytes | None:
        return self._attachments.get(src)

    def run(self) -> None:
        if self.language not in LANGUAGES:
            why = gettext(
                "Code in “%(language)s” cannot run here. It comes as text.", language=self.language[:40]
            )
            self.plan.leave(self.filename, why)
        if len(self.cells) > MOST_CELLS:
            self.plan.leave(
                self.filename, gettext("The notebook is very long: only its first 1000 cells come.")
            )
        for number, cell in enumerate(self.cells[:MOST_CELLS], start=1):
            self._cell(cell, gettext("%(file)s, cell %(number)s", file=self.filename, number=number), number)
        self.lesson.close()
        self.plan.coming.append(
            gettext(
                "The lesson “%(title)s” from %(file)s: texts %(texts)s, cells of code %(cells)s.",
                title=self.lesson.title, file=self.filename, texts=self.counts["text"], cells=self.counts["code"],
            )
        )  # fmt: skip

    def _cell(self, cell: Mapping[str, Any], where: str, number: int) -> None:
        kind, source = cell.get("cell_type"), source_of(cell)
        mine = _table(_table(cell.get("metadata")).get(MINE)).get("kind")
        if mine:
            self._from_here(str(mine), where)
        elif kind == "markdown":
            self._attachments = attachments_of(cell)
            self.prose_block(source, where)
        elif kind == "code":
            self._code(cell, source, where, number)
        elif source.strip():
            self.plan.leave(where, gettext("Raw cells do not come: they are written for another program."))

    def prose_block(self, source: str, where: str) -> None:
        text = self.prose.tidy(source, where)
        if text:
            self.counts["text"] += 1
            self.lesson.prose(text)

    def _from_here(self, kind: str, where: str) -> None:
        if kind == "quiz":
            self.plan.leave(
                where, gettext("This question was exported without its answers. Write it again here.")
            )
        else:
            why = gettext(
                "This exercise was exported without its solution and its tests. Take it from the package."
            )
            self.plan.leave(where, why)

    def _code(self, cell: Mapping[str, Any], source: str, where: str, number: int) -> None:
        code, language = self._runnable(source, where)
        if BIDI_CONTROLS.search(code):
            self.plan.leave(where, gettext("Marks that turn the direction of code were taken out."))
            code = BIDI_CONTROLS.sub("", code)
        runs = language == "" and self.language in LANGUAGES
        wanted = str(cell.get("id") or f"cell-{number}")
        if runs and self.lesson.cell(code, wanted, self.language):
            self.counts["code"] += 1
        elif code.strip():
            self.lesson.code(code, language or _info(self.language))
        for output in cell.get("outputs") or ():
            self._output(_table(output), where)

    def _runnable(self, source: str, where: str) -> tuple[str, str]:
        """The code without magics; and, if it cannot run here, the language in which it is shown."""
        if found := _CELL_MAGIC.match(source):
            name = found[1]
            if name in {"time", "timeit", "capture", "prun"}:
                self.plan.leave(
                    where,
                    gettext("The line “%(line)s” is only for notebooks and is taken out.", line=f"%%{name}"),
                )
                return self._runnable(source.partition("\n")[2], where)
            why = gettext(
                "A cell with “%(line)s” cannot run in a lesson. It comes as text.", line=f"%%{name}"
            )
            self.plan.leave(where, why)
            return source, _info(name)
        if _WIDGETS.search(source) and self.language == "python":
            self.plan.leave(
                where,
                gettext("Widgets and other tools of notebooks cannot run here. The code comes as text."),
            )
            return source, "python"
        if self.language != "python":
            return source, ""
        kept = []
        for line in source.split("\n"):
            if _LINE_MAGIC.match(line) and not _in_python(source):
                why = gettext(
                    "The line “%(line)s” is only for notebooks and is taken out.", line=line.strip()[:60]
                )
                self.plan.leave(where, why)
            else:
                kept.append(line)
        return "\n".join(kept), ""

    def _output(self, output: Mapping[str, Any], where: str) -> None:
        if self.outputs == "drop":
            why = gettext("Outputs do not come: the cells show them when they are run.")
            self.plan.leave(self.filename, why)
            return
        data = _table(output.get("data"))
        if "application/vnd.jupyter.widget-view+json" in data:
            self.plan.leave(where, gettext("Widgets cannot run here."))
        elif content := _picture_in(data):
            address = self.prose.keep(content, "output", where)
            if address is not None:
                self.lesson.prose(self.prose_picture(address, where))
        elif text := _text_of(output, data):
            self.lesson.code(clean_output(text)[:LONGEST_OUTPUT], "text")
        elif data:
            self.plan.leave(where, gettext("This output is no text and no picture."))

    def prose_picture(self, address: str, where: str) -> str:
        self.plan.pictures.append(AskedAlt(f"{self.lesson.folder}/{address}", where))
        return f"![]({address})"


def _in_python(source: str) -> bool:
    """Whether all of it is Python as it stands: then a line that looks like a magic is none."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _text_of(output: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    if output.get("output_type") == "error":
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"
    text = output.get("text", data.get("text/plain", ""))
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _picture_in(data: Mapping[str, Any]) -> bytes | None:
    for kind in _PICTURES:
        found = data.get(kind)
        text = "".join(map(str, found)) if isinstance(found, list) else found
        if isinstance(text, str) and text:
            if kind == "image/svg+xml" and text.lstrip().startswith("<"):
                return text.encode("utf-8", "replace")
            try:
                return base64.b64decode(text)
            except (binascii.Error, ValueError):
                return None
    return None


def _info(language: str) -> str:
    name = {"javascript": "javascript", "sh": "bash", "html": "html"}.get(language, language)
    return name if name.isalnum() else "text"


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
