"""Plain folders of exercises: a statement, a solution and tests, as most people keep them (docs/import-export.md)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from flask_babel import gettext

from lms.authoring.importing.code import NotPython, starter_of
from lms.authoring.importing.plan import ExerciseDraft, ImportPlan, LessonDraft, is_text, plain_title
from lms.authoring.importing.prose import Prose, ReadPicture, split_title
from lms.catalog.suite import MAX_BYTES, MAX_FILES

STATEMENTS = ("statement.md", "instructions.md", "task.md", "README.md", "readme.md")
_NOISE = re.compile(
    r"(^|/)(__MACOSX|__pycache__|\.ipynb_checkpoints|\.git[^/]*|\.vscode|\.idea)(/|$)|(^|/)(\.DS_Store|Thumbs\.db|\._[^/]*)$"
)
_TEST = re.compile(r"(?:tests/.+|test_[^/]*\.py|[^/]*_test\.py|conftest\.py)")
_NO_PROGRAMS = frozenset({"starter.py", "__init__.py", "setup.py"})
_MODULE = re.compile(r"[a-z_][a-z0-9_]*\.py")
_OTHER_LANGUAGES = {
    ".js": "JavaScript", ".ts": "TypeScript", ".java": "Java", ".c": "C", ".cpp": "C++", ".cs": "C#", ".rb": "Ruby",
    ".go": "Go", ".rs": "Rust", ".r": "R", ".php": "PHP", ".kt": "Kotlin", ".swift": "Swift",
}  # fmt: skip


def without_noise(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without what systems and editors leave behind."""
    return {path: content for path, content in files.items() if not _NOISE.search(path)}


def without_top(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files below the one folder in which all of them are, if there is one."""
    files = without_noise(files)
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and all("/" in path for path in files):
        return {path.partition("/")[2]: content for path, content in files.items()}
    return files


def import_folders(
    files: Mapping[str, bytes], plan: ImportPlan, taken: list[str], *, read_picture: ReadPicture
) -> None:
    """Add the exercises to the plan: a lesson for each folder that holds some, one for those at the top."""
    files = without_noise(files)
    found: dict[str, list[str]] = {}
    for folder in sorted(
        {path.rpartition("/")[0] for path in files if path.rpartition("/")[2] in STATEMENTS}
    ):
        if any(folder.startswith(f"{other}/") for others in found.values() for other in others if other):
            continue
        if _looks_like_one(folder, files):
            found.setdefault(folder.rpartition("/")[0], []).append(folder)
    if not found:
        plan.leave(
            gettext("The whole file"),
            gettext("No exercise was found in it: a folder with a statement.md, a solution and tests."),
        )
    used: set[str] = set()
    for parent, folders in found.items():
        title = plain_title(
            re.sub(r"^\d+[-_ ]*", "", parent.rpartition("/")[2]).replace("-", " ").replace("_", " ")
        )
        lesson = LessonDraft(plan, title or gettext("Exercises"), taken)
        placed = 0
        for folder in folders:
            placed += _Importer(folder, files, lesson, read_picture, used).run()
        if placed:
            lesson.close()
            plan.coming.append(
                gettext("The lesson “%(title)s”: exercises %(count)s.", title=lesson.title, count=placed)
            )
    for path in files:
        if path not in used and not any(
            path.startswith(f"{folder}/") for folders in found.values() for folder in folders
        ):
            plan.leave(path, gettext("This file belongs to no exercise."))


def _looks_like_one(folder: str, files: Mapping[str, bytes]) -> bool:
    prefix = f"{folder}/" if folder else ""
    inside = [path.removeprefix(prefix) for path in files if path.startswith(prefix)]
    return any("/" not in path and not path.endswith(".md") for path in inside) or any(
        path.startswith(("tests/", "solution/")) for path in inside
    )


class _Importer:
    """One exercise's folder."""

    def __init__(
        self,
        folder: str,
        files: Mapping[str, bytes],
        lesson: LessonDraft,
        read_picture: ReadPicture,
        used: set[str],
    ) -> None:
        prefix = f"{folder}/" if folder else ""
        self.files = {
            path.removeprefix(prefix): text for path, text in files.items() if path.startswith(prefix)
        }
        self.folder, self.lesson, self.plan = folder or gettext("The top folder"), lesson, lesson.plan
        used.update(path for path in files if path.startswith(prefix))
        self.left = set(self.files)
        self.prose = Prose(
            lesson, read_picture=read_picture, find_picture=lambda src: self._take(posixpath.normpath(src))
        )

    def run(self) -> bool:
        """Whether the exercise comes."""
        name = next(name for name in STATEMENTS if name in self.files)
        title, text = split_title(self._text(self._take(name) or b""))
        tests, data = self._tests()
        solution = self._solution(tests)
        if not solution:
            return self._refuse(self._no_solution())
        if not any(
            _TEST.fullmatch(f"tests/{test}") and test.endswith(".py") for test in tests
        ) or not self._has_tests(tests):
            return self._refuse(gettext("It has no tests: test_….py or a folder tests."))
        if len(tests) > MAX_FILES or sum(map(len, tests.values())) > MAX_BYTES:
            return self._refuse(gettext("The tests of this exercise are too large, or they are no text."))
        starter = self._starter(solution)
        if starter is None:
            return self._refuse(
                gettext("Python cannot read its solution, so no starter can be made from it.")
            )
        statement = self.prose.tidy(text, f"{self.folder}/{name}", up="../")
        last = self.folder.rpartition("/")[2]
        draft = ExerciseDraft(
            title=title or re.sub(r"^\d+[-_ ]*", "", last).replace("-", " ").replace("_", " "),
            statement=statement or gettext("Complete the program so that its tests pass."),
            starter=starter, solution=solution, tests=tests, wrong=self._wrong(tuple(solution)), data=data,
        )  # fmt: skip
        self.lesson.exercise(draft, last)
        for path in sorted(self.left):
            self.plan.leave(f"{self.folder}/{path}", gettext("This file belongs to no part of an exercise."))
        return True

    def _refuse(self, why: str) -> bool:
        self.plan.leave(self.folder, why)
        return False

    def _no_solution(self) -> str:
        suffixes = {posixpath.splitext(path)[1].lower() for path in self.files}
        other = next((name for suffix, name in _OTHER_LANGUAGES.items() if suffix in suffixes), None)
        if other:
            return str(gettext("It is in %(language)s: ordinary tests are for Python alone.", language=other))
        return str(gettext("It has no solution: solution.py, or a folder solution."))

    def _take(self, path: str) -> bytes | None:
        self.left.discard(path)
        return self.files.get(path)

    def _tests(self) -> tuple[dict[str, bytes], tuple[str, ...]]:
        tests: dict[str, bytes] = {}
        for path in self.files:
            if _TEST.fullmatch(path):
                content = self._take(path) or b""
                if is_text(content):
                    tests[path.removeprefix("tests/")] = content
                else:
                    self.plan.leave(
                        f"{self.folder}/{path}", gettext("Files of tests are text; this is none.")
                    )
        return tests, ()

    def _has_tests(self, tests: Mapping[str, bytes]) -> bool:
        names = [path.rpartition("/")[2] for path in tests]
        return any(
            name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py")) for name in names
        )

    def _solution(self, tests: Mapping[str, bytes]) -> dict[str, str]:
        if inside := self._program("solution"):
            return inside
        names = [
            path for path in self.files
            if _MODULE.fullmatch(path) and not _TEST.fullmatch(path) and path not in _NO_PROGRAMS
        ]  # fmt: skip
        if "solution.py" in names:
            # Tests may know the program by another name than the file that holds the solution.
            name = self._name_in_tests(tests) or "solution.py"
            return {name: self._text(self._take("solution.py") or b"")}
        if len(names) == 1:
            return {names[0]: self._text(self._take(names[0]) or b"")}
        imported = [name for name in names if _imports(tests, name.removesuffix(".py"))]
        return {name: self._text(self._take(name) or b"") for name in imported}

    def _name_in_tests(self, tests: Mapping[str, bytes]) -> str | None:
        if _imports(tests, "solution"):
            return None
        candidates = {path.removeprefix("starter/") for path in self.files if path.startswith("starter/")}
        candidates |= {f"{self.folder.rpartition('/')[2].replace('-', '_')}.py"}
        return next(
            (
                name
                for name in sorted(candidates)
                if _MODULE.fullmatch(name) and _imports(tests, name.removesuffix(".py"))
            ),
            None,
        )

    def _program(self, name: str) -> dict[str, str]:
        paths = [path for path in self.files if path.startswith(f"{name}/") and path.endswith(".py")]
        return {path.removeprefix(f"{name}/"): self._text(self._take(path) or b"") for path in paths}

    def _starter(self, solution: Mapping[str, str]) -> dict[str, str] | None:
        given = self._program("starter") or (
            {next(iter(solution)): self._text(self._take("starter.py") or b"")}
            if "starter.py" in self.files
            else {}
        )
        if given:
            return {name: given.get(name, "") for name in solution}
        self.plan.leave(
            self.folder,
            gettext("It has no starter. One was made: the solution's functions, empty. Look at it."),
        )
        try:
            return {name: starter_of(text) for name, text in solution.items()}
        except NotPython:
            return None

    def _wrong(self, files: tuple[str, ...]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for path in sorted(self.files):
            inside = path.removeprefix("wrong/")
            if inside == path or not path.endswith(".py"):
                continue
            name, _, file = inside.partition("/")
            name = re.sub(r"[^a-z0-9]+", "-", name.removesuffix(".py").lower()).strip("-") or "sample"
            if not file and len(files) == 1:
                found[name] = {files[0]: self._text(self._take(path) or b"")}
            elif file in files:
                found.setdefault(name, dict.fromkeys(files, ""))[file] = self._text(self._take(path) or b"")
        return found

    def _text(self, content: bytes) -> str:
        return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _imports(tests: Mapping[str, bytes], module: str) -> bool:
    pattern = re.compile(rf"^\s*(?:import\s+{module}\b|from\s+{module}\b)".encode(), re.MULTILINE)
    return any(pattern.search(content) for content in tests.values())
