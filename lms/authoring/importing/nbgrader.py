"""nbgrader assignments: solution cells and the test cells behind them become exercises with ordinary tests.

Cells of a notebook share their names; programs of exercises are on their own. So the given code that an exercise
uses goes into its program, and answers that use each other become one exercise.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from lms.authoring.importing.code import NotPython, bound_names, used_names
from lms.authoring.importing.nbgrader_tests import TestCell, write_tests
from lms.authoring.importing.notebooks import (
    MOST_CELLS,
    attachments_of,
    language_of_notebook,
    name_of_file,
    read_notebook,
    source_of,
    take_title,
)
from lms.authoring.importing.plan import ExerciseDraft, ImportPlan, LessonDraft, plain_title
from lms.authoring.importing.prose import Prose, ReadPicture
from lms.authoring.starting import slug_from

STUB = "# Write your code here.\nraise NotImplementedError"
LONGEST_CRITERION = 200

_SOLUTION = re.compile(
    r"(?P<begin>^[ \t]*#+[ \t]*BEGIN SOLUTION.*?$)(?P<body>.*?)^[ \t]*#+[ \t]*END SOLUTION.*?$\n?",
    re.DOTALL | re.MULTILINE,
)
_HIDDEN = re.compile(
    r"^[ \t]*#+[ \t]*BEGIN HIDDEN TESTS.*?$\n?(?P<body>.*?)^[ \t]*#+[ \t]*END HIDDEN TESTS.*?$\n?",
    re.DOTALL | re.MULTILINE,
)
_MAGIC = re.compile(r"^\s*[%!]")


def is_assignment(notebook: Mapping[str, Any]) -> bool:
    """Whether nbgrader has marked a cell of this notebook."""
    return any(_marks(cell) for cell in notebook["cells"])


def _marks(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return (
        marks
        if isinstance(marks, dict) and any(marks.get(key) for key in ("solution", "grade", "task", "locked"))
        else {}
    )


@dataclass(slots=True)
class _Answer:
    """A solution cell with the tests behind it."""

    name: str
    solution: str
    starter: str
    where: str
    prompt: list[str] = field(default_factory=list)
    tests: list[TestCell] = field(default_factory=list)
    criteria: list[str] = field(default_factory=list)
    given: int = 0  # how many pieces of given code stand before it


def import_assignment(
    content: bytes, filename: str, plan: ImportPlan, taken: list[str], *, read_picture: ReadPicture
) -> None:
    """Add the assignment to the plan as a lesson with its exercises."""
    notebook = read_notebook(content)
    if notebook is None:
        plan.leave(filename, gettext("This is no Jupyter notebook that can be read."))
    elif language_of_notebook(notebook) != "python":
        why = gettext(
            "Only assignments in Python can come: this one is in “%(language)s”.",
            language=language_of_notebook(notebook)[:40],
        )
        plan.leave(filename, why)
    else:
        _Importer(notebook, filename, plan, taken, read_picture).run()


class _Importer:
    def __init__(
        self,
        notebook: Mapping[str, Any],
        filename: str,
        plan: ImportPlan,
        taken: list[str],
        read_picture: ReadPicture,
    ) -> None:
        self.cells = list(notebook["cells"])[:MOST_CELLS]
        self.filename, self.plan = filename, plan
        self.lesson = LessonDraft(plan, take_title(self.cells) or name_of_file(filename), taken)
        self._attachments: dict[str, bytes] = {}
        self.prose = Prose(self.lesson, read_picture=read_picture, find_picture=self._attached)
        self.waiting: list[str] = []  # texts that belong to what comes next
        self.given: list[str] = []
        self.answers: list[_Answer] = []
        self.by_hand: list[str] = []

    def _attached(self, src: str) -> bytes | None:
        return self._attachments.get(src)

    def run(self) -> None:
        for number, cell in enumerate(self.cells, start=1):
            self._cell(cell, gettext("%(file)s, cell %(number)s", file=self.filename, number=number), number)
        placed = 0
        for group in self._groups():
            placed += self._place(group)
        for text in self.waiting:
            self.lesson.prose(text)
        self.lesson.close()
        self.plan.coming.append(
            gettext(
                "The lesson “%(title)s” from the assignment %(file)s: exercises %(count)s.",
                title=self.lesson.title, file=self.filename, count=placed,
            )
        )  # fmt: skip

    def _cell(self, cell: Mapping[str, Any], where: str, number: int) -> None:
        marks, source, kind = _marks(cell), source_of(cell), cell.get("cell_type")
        name = slug_from(str(marks.get("grade_id") or "")) or f"cell-{number}"
        if marks.get("task") or (marks.get("grade") and marks.get("solution")):
            self._graded_by_hand(source if kind == "markdown" else "", name)
        elif kind == "markdown":
            self._attachments = attachments_of(cell)
            text = self.prose.tidy(source, where, up="")
            if text:
                self.waiting.append(text)
        elif kind != "code":
            if source.strip():
                self.plan.leave(
                    where, gettext("Raw cells do not come: they are written for another program.")
                )
        elif marks.get("grade"):
            self._test(source, name, marks.get("points"), where)
        elif marks.get("solution"):
            self._answer(source, name, where)
        else:
            self._given(source, where)

    def _graded_by_hand(self, source: str, name: str) -> None:
        """Somebody reads this answer: she looks at it when she reviews the exercise before it."""
        text = self.waiting[-1] if self.waiting else source
        line = next((plain_title(line) for line in text.split("\n") if plain_title(line)), "") or name
        (self.answers[-1].criteria if self.answers else self.by_hand).append(line[:LONGEST_CRITERION])
        if self.answers:
            self.answers[-1].prompt += self.waiting
            self.waiting = []

    def _answer(self, source: str, name: str, where: str) -> None:
        code = self._python(source, where)
        solution = _SOLUTION.sub(lambda found: found["body"].lstrip("\n"), code)
        starter = _SOLUTION.sub(_stub, code)
        if solution == code:
            starter = f"{STUB}\n"
            if not code.strip() or "NotImplementedError" in code:
                why = gettext(
                    "The solution is not in this file. Take the instructor's version (source), not the students'."
                )
                self.plan.leave(where, why)
                return
        for text in self.waiting[:-1]:
            self.lesson.prose(text)
        prompt = self.waiting[-1:]
        answer = _Answer(name, solution, starter, where, prompt, criteria=self.by_hand, given=len(self.given))
        self.waiting, self.by_hand = [], []
        self.answers.append(answer)

    def _test(self, source: str, name: str, points: object, where: str) -> None:
        if not self.answers:
            self.plan.leave(
                where, gettext("These tests stand before the first answer, so they test nothing.")
            )
            return
        code = self._python(source, where)
        shown = _HIDDEN.sub("", code)
        whole = _HIDDEN.sub(lambda found: found["body"], code)
        worth = points if isinstance(points, int | float) and points == points else 1  # noqa: PLR0124  # not NaN
        if worth != int(worth) or worth < 1:
            why = gettext(
                "Points are whole numbers from 1: %(points)s became %(now)s.",
                points=worth,
                now=max(1, round(worth)),
            )
            self.plan.leave(where, why)
        self.answers[-1].tests.append(TestCell(name, min(max(1, round(worth)), 1000), shown, whole))
        self.answers[-1].prompt += self.waiting
        self.waiting = []

    def _given(self, source: str, where: str) -> None:
        if source.lstrip().startswith("%%"):
            line = source.strip().partition("\n")[0][:60]
            self.plan.leave(
                where, gettext("A cell with “%(line)s” cannot run in a lesson. It does not come.", line=line)
            )
            return
        code = self._python(source, where)
        if not code.strip():
            return
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self.plan.leave(where, gettext("Python cannot read this code, so it does not come."))
            return
        self.given.append(code)
        if self.lesson.cell(code, f"given-{len(self.given)}") and self.waiting:
            cell = self.lesson.take_last()
            for text in self.waiting:
                self.lesson.prose(text)
            self.waiting = []
            self.lesson.prose(cell)

    def _python(self, source: str, where: str) -> str:
        kept = []
        for line in source.split("\n"):
            if _MAGIC.match(line):
                why = gettext(
                    "The line “%(line)s” is only for notebooks and is taken out.", line=line.strip()[:60]
                )
                self.plan.leave(where, why)
            else:
                kept.append(line)
        return "\n".join(kept)

    # Answers that use each other are one exercise.

    def _groups(self) -> list[list[_Answer]]:
        groups: list[list[_Answer]] = []
        for answer in self.answers:
            if not answer.tests:
                self.plan.leave(
                    answer.where, gettext("There are no tests for this answer, so it is no exercise.")
                )
                for text in answer.prompt:
                    self.lesson.prose(text)
                continue
            needs = _needs(answer)
            using = [group for group in groups if any(_makes(other) & needs for other in group)]
            if using:
                first = using[0]
                for other in using[1:]:
                    first += other
                    groups.remove(other)
                first.append(answer)
                self.plan.leave(
                    answer.where, gettext("This answer uses one before it: the two became one exercise.")
                )
            else:
                groups.append([answer])
        return groups

    def _place(self, group: list[_Answer]) -> bool:
        first = group[0]
        try:
            draft = self._draft(group)
        except NotPython:
            self.plan.leave(
                first.where,
                gettext("Python cannot read the solution or its tests, so the exercise does not come."),
            )
            return False
        if draft is None:
            self.plan.leave(first.where, gettext("No test is left for this answer, so it is no exercise."))
            return False
        self.lesson.exercise(draft, first.name)
        return True

    def _draft(self, group: list[_Answer]) -> ExerciseDraft | None:
        given = self.given[: group[-1].given]
        wanted = set().union(*(used_names(answer.solution) for answer in group))
        wanted |= set().union(*(used_names(test.whole) for answer in group for test in answer.tests))
        needed = _closure(given, wanted)
        pieces = "\n\n".join(piece.strip("\n") for piece in needed)
        solution = "\n\n\n".join(
            [*([pieces] if pieces else []), *(answer.solution.strip("\n") for answer in group)]
        )
        starter = "\n\n\n".join(
            [*([pieces] if pieces else []), *(answer.starter.strip("\n") for answer in group)]
        )
        cells = [(answer.where, test) for answer in group for test in answer.tests]
        tests = write_tests(cells, bound_names(solution), needed, self.plan)
        if not tests:
            return None
        text = "\n\n".join(text for answer in group for text in answer.prompt)
        title, statement = _title_of(text.replace("](images/", "](../images/"))
        return ExerciseDraft(
            title=title or group[0].name.replace("-", " "),
            statement=statement or gettext("Complete the program so that its tests pass."),
            starter={"solution.py": f"{starter}\n"},
            solution={"solution.py": f"{solution}\n"},
            tests={"test_solution.py": tests.encode()},
            criteria=tuple(dict.fromkeys(line for answer in group for line in answer.criteria)),
        )


def _stub(found: re.Match[str]) -> str:
    indent = found["begin"][: len(found["begin"]) - len(found["begin"].lstrip())]
    return "".join(f"{indent}{line}\n" for line in STUB.split("\n"))


def _needs(answer: _Answer) -> set[str]:
    try:
        names = used_names(answer.solution).union(*(used_names(test.whole) for test in answer.tests))
    except NotPython:
        return set()
    return names - _makes(answer)


def _makes(answer: _Answer) -> set[str]:
    try:
        return bound_names(answer.solution)
    except NotPython:
        return set()


def _closure(given: list[str], wanted: set[str]) -> list[str]:
    """The pieces of given code that make these names, and what those use themselves, in their order."""
    kept: set[int] = set()
    while True:
        more = {at for at, piece in enumerate(given) if at not in kept and bound_names(piece) & wanted}
        if not more:
            return [given[at] for at in sorted(kept)]
        kept |= more
        wanted = wanted.union(*(used_names(given[at]) for at in more))


def _title_of(text: str) -> tuple[str, str]:
    """The first heading is the exercise's title; a statement has none of its own."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line.startswith("#"):
            return plain_title(line), "\n".join([*lines[:index], *lines[index + 1 :]]).strip("\n")
    return "", text
