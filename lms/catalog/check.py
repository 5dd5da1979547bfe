"""Static faults of a course: what can be known without running code, with file, line and cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from lms.catalog.check_translations import translation_faults
from lms.catalog.languages import CodeLanguage, language_of
from lms.catalog.links import heading_slug, is_external, resolve
from lms.catalog.literals import Call, LiteralError, names_in
from lms.catalog.markdown import BIDI_CONTROLS, ROLES, Document, leaves, line_of, role_target
from lms.catalog.model import Exercise, Fault
from lms.catalog.parse import read_course
from lms.catalog.source import CourseSource, ExerciseSource
from lms.catalog.suite import suite_faults
from lms.catalog.tomlfile import KeyPath, TomlFile

_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_UNSAFE_SVG = re.compile(
    r"<script|<foreignObject|\son\w+\s*=|javascript:|href\s*=\s*[\"']\s*(?:https?:)?//", re.I
)
_LITERAL_KEYS = ("returns", "equals", "value")
_NAME_KEYS = ("raises", "variable", "as", "on", "attribute", "error", "missing")


def static_check(course_dir: Path) -> list[Fault]:
    """Every fault of a course folder that shows without running code, by file and line."""
    source = read_course(course_dir.resolve())
    faults = [*source.faults, *_text_faults(source), *_image_faults(source), *translation_faults(source)]
    for lesson in source.lessons:
        for exercise in lesson.exercises.values():
            faults += exercise_faults(exercise)
    return sorted(set(faults), key=lambda fault: (fault.path, fault.line, fault.message))


def document_faults(source: CourseSource, document: Document, folder: str) -> Iterator[Fault]:
    """Links, pictures, terms and code of one text in a folder of the course that lead nowhere or are not safe."""
    return _TextChecker(source).document(document, folder)


def exercise_faults(source: ExerciseSource) -> Iterator[Fault]:
    """Faults in an exercise's checks, rules, mistakes and programs."""
    exercise = source.exercise
    if exercise is None:
        return
    toml = source.toml
    language = language_of(exercise.kernel)
    yield from _language_faults(toml, exercise, language)
    if exercise.suite is None:
        yield from _check_faults(toml, exercise, language)
    yield from _mistake_faults(toml, exercise, language)
    folder = source.toml.path.removesuffix("exercise.toml")
    yield from suite_faults(exercise, folder)
    for name, text in exercise.suite.files.items() if exercise.suite is not None else ():
        yield from bidi_faults(text, f"{folder}tests/{name}")
    programs = {"starter": exercise.starter, "solution": exercise.solution}
    programs |= {f"wrong/{sample}": files for sample, files in exercise.wrong.items()}
    for name, files in programs.items():
        for file, text in files.items():
            path = f"{folder}{name}{language.suffix}" if len(files) == 1 else f"{folder}{name}/{file}"
            yield from bidi_faults(text, path)


def bidi_faults(code: str, path: str, first_line: int = 1) -> Iterator[Fault]:
    """Characters in code that change its reading direction: what is seen is not what runs."""
    for number, line in enumerate(code.split("\n"), start=first_line):
        if found := BIDI_CONTROLS.search(line):
            name = f"U+{ord(found[0]):04X}"
            yield Fault(
                path, number, f"The code holds the direction mark {name}.", "Remove it from the code."
            )


def _language_faults(toml: TomlFile, exercise: Exercise, language: CodeLanguage) -> Iterator[Fault]:
    """What the exercise's language does not have: other files, rules, ordinary tests."""
    for index, name in enumerate(exercise.files):
        if not name.endswith(language.suffix):
            cure = f"Name the student's files `….{language.suffix[1:]}`, or write another `kernel`."
            yield toml.fault(("files", index), f"`{name}` is not a file of {language.title}.", cure)
    if not language.has_modules and len(exercise.files) > 1:
        yield toml.fault(
            ("files",), f"An exercise in {language.title} has one file.", "Put the program into one file."
        )
    if not language.has_rules and toml.values.get("rules"):
        yield toml.fault(("rules",), f"There are no rules for {language.title}.", "Remove `[rules]`.")
    if not language.has_suites and exercise.suite is not None:
        cure = "Write `[[checks]]` and remove the folder tests/."
        yield toml.fault((), f"There are no ordinary tests for {language.title}.", cure)


def _check_faults(toml: TomlFile, exercise: Exercise, language: CodeLanguage) -> Iterator[Fault]:
    if not exercise.visible_checks:
        yield toml.fault(("checks", 0), "Every check is hidden.", "Let students see at least one.")
    names: set[str] = set()
    for index, row in enumerate(toml.values["checks"]):
        path: KeyPath = ("checks", index)
        if row["name"] in names:
            yield toml.fault((*path, "name"), "Two checks have the same name.", "Say how they differ.")
        names.add(row["name"])
        yield from _value_faults(toml, path, row, language, names=False)
        made: set[str] = set()
        for number, step in enumerate(row.get("steps", [])):
            yield from _value_faults(toml, (*path, "steps", number), step, language, names=True)
            yield from _step_faults(toml, (*path, "steps", number), step, made, language)


def _value_faults(
    toml: TomlFile, path: KeyPath, row: Mapping[str, Any], language: CodeLanguage, *, names: bool
) -> Iterator[Fault]:
    for key in _NAME_KEYS:
        if key in row and not language.name.fullmatch(row[key]):
            cure = "Use letters, digits and `_`."
            yield toml.fault((*path, key), f"`{row[key]}` is not a name of {language.title}.", cure)
    readers: dict[str, Callable[[str], object]] = dict.fromkeys(_LITERAL_KEYS, language.parse_literal)
    readers["call"] = lambda text: _called(language, row, text, names=names)
    for key, read in readers.items():
        if key in row:
            try:
                read(row[key])
            except LiteralError as error:
                cure = f"Write `{key}` as {language.title} would: see docs/course-format.md."
                yield toml.fault((*path, key), str(error), cure)


def _called(language: CodeLanguage, row: Mapping[str, Any], text: str, *, names: bool) -> Call:
    call = language.parse_call(text, names=names)
    if call.new and row.get("do") != "new":
        raise LiteralError('Only a step with `do = "new"` may write `new` before its call.')
    return call


def _step_faults(
    toml: TomlFile, path: KeyPath, step: Mapping[str, Any], made: set[str], language: CodeLanguage
) -> Iterator[Fault]:
    used = {step["on"]} if "on" in step else set()
    try:
        used |= names_in(language.parse_call(step["call"])) if "call" in step else set()
    except LiteralError:
        return  # already told
    for name in sorted(used - made):
        yield toml.fault(
            path, f"No earlier step makes `{name}`.", f'Add `as = "{name}"` to the step that makes it.'
        )
    if "as" in step:
        made.add(step["as"])


def _mistake_faults(toml: TomlFile, exercise: Exercise, language: CodeLanguage) -> Iterator[Fault]:
    told: set[str] = set()
    rules = {*exercise.rules.must_use, *exercise.rules.must_not_use}
    for index, mistake in enumerate(exercise.mistakes):
        path: KeyPath = ("mistakes", index)
        if mistake.sample not in exercise.wrong:
            cure = f"Write wrong/{mistake.sample}{language.suffix} or mend the name."
            yield toml.fault((*path, "sample"), f"There is no wrong sample `{mistake.sample}`.", cure)
        if mistake.sample in told:
            yield toml.fault(
                (*path, "sample"), "This sample has two mistakes.", "Keep one entry for each sample."
            )
        told.add(mistake.sample)
        counted = exercise.suite is None or exercise.suite.tests  # tests are counted when they are recorded
        if counted and mistake.check is not None and mistake.check > exercise.test_count:
            cure = f"Count from 1 to {exercise.test_count}."
            yield toml.fault((*path, "check"), f"There is no check {mistake.check}.", cure)
        if mistake.rule is not None and mistake.rule not in rules:
            cure = "Name one that stands in [rules]."
            yield toml.fault((*path, "rule"), f"The exercise has no rule `{mistake.rule}`.", cure)
        yield from _value_faults(toml, path, toml.values["mistakes"][index], language, names=False)
    for sample in sorted(exercise.wrong.keys() - told):
        cure = f'Add [[mistakes]] with sample = "{sample}" and a hint.'
        yield toml.fault((), f"The wrong sample `{sample}` has no hint.", cure)


def _text_faults(source: CourseSource) -> Iterator[Fault]:
    checker = _TextChecker(source)
    for lesson in source.lessons:
        yield from checker.document(lesson.document, lesson.slug)
        for exercise in lesson.exercises.values():
            yield from checker.document(exercise.statement, f"{lesson.slug}/{exercise.slug}")


def _image_faults(source: CourseSource) -> Iterator[Fault]:
    for path in source.images:
        if not path.endswith(".svg"):
            continue
        text = (source.path / path).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.split("\n"), start=1):
            if _UNSAFE_SVG.search(line):
                yield Fault(
                    path, number, "This picture holds a script or a link.", "Export it as a plain SVG."
                )


class _TextChecker:
    """Checks the links, pictures, terms and code of every text against the whole course."""

    def __init__(self, source: CourseSource) -> None:
        self.images = source.images
        self.terms = source.glossary.values
        self.headings = {lesson.slug: _headings(lesson.document) for lesson in source.lessons}
        self.pages = {"", *self.headings}
        for lesson in source.lessons:
            self.pages.add(f"{lesson.slug}/lesson.md")
            self.pages |= {f"{lesson.slug}/{name}" for name in lesson.exercises}

    def document(self, document: Document, folder: str) -> Iterator[Fault]:
        """The faults of one text."""
        yield from self._tokens(document.tokens, document.path, folder)

    def _tokens(self, tokens: Sequence[Token], path: str, folder: str) -> Iterator[Fault]:
        for token in tokens:
            line = line_of(token)
            if token.type == "quiz":
                yield from self._tokens(token.meta["tokens"], path, folder)
            elif token.type == "cell":
                directive = token.meta["directive"]
                yield from bidi_faults(directive.body, path, directive.body_line)
            elif token.type in {"fence", "code_block"}:
                yield from bidi_faults(token.content, path, line + (token.type == "fence"))
            elif token.type == "figure_open":
                yield from self._image(
                    token.meta["src"], token.meta["alt"], path, line, folder, alt_needed=False
                )
            elif token.type == "inline":
                yield from self._inline(token, path, folder)

    def _inline(self, token: Token, path: str, folder: str) -> Iterator[Fault]:
        line = line_of(token)
        for child in leaves(token):
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            elif child.type == "code_inline":
                yield from bidi_faults(child.content, path, line)
            elif child.type == "link_open":
                yield from self._link(str(child.attrs.get("href", "")), path, line, folder)
            elif child.type == "image":
                src = str(child.attrs.get("src", ""))
                yield from self._image(src, child.content, path, line, folder, alt_needed=True)
            elif child.type == "myst_role":
                yield from self._role(child, path, line)
            elif child.type == "text":
                yield from _plain_text_faults(child.content, path, line)

    def _link(self, href: str, path: str, line: int, folder: str) -> Iterator[Fault]:
        if is_external(href):
            return
        target = resolve(folder, href)
        page = target.path.removesuffix("/lesson.md")
        if target.path not in self.pages:
            cure = "Link to a lesson as `../02-values` or to a page with https://."
            yield Fault(path, line, f"The link `{href}` leads nowhere.", cure)
        elif target.anchor and target.anchor not in self.headings.get(page, set()):
            known = ", ".join(sorted(self.headings.get(page, set())))
            yield Fault(path, line, f"There is no heading `#{target.anchor}`.", f"Headings there: {known}.")

    def _image(
        self, src: str, alt: str, path: str, line: int, folder: str, *, alt_needed: bool
    ) -> Iterator[Fault]:
        inside = resolve(folder, src).path
        if inside not in self.images:
            cure = f"Put the picture at {inside}, as SVG, PNG, JPEG or WebP, or mend the name."
            yield Fault(path, line, f"There is no picture `{src}` in the course.", cure)
        if alt_needed and not alt.strip():
            yield Fault(
                path, line, f"The picture `{src}` has no text.", "Say what it shows: `![text](file)`."
            )

    def _role(self, token: Token, path: str, line: int) -> Iterator[Fault]:
        name = token.meta["name"]
        if name not in ROLES:
            yield Fault(path, line, f"`{{{name}}}` is not a known role.", f"Use one of {', '.join(ROLES)}.")
        elif name == "term":
            target = role_target(token.content)[1]
            if target not in self.terms:
                cure = "Add it to glossary.toml, or write {term}`text <id>` with a known id."
                yield Fault(path, line, f"The glossary has no term `{target}`.", cure)


def _plain_text_faults(text: str, path: str, line: int) -> Iterator[Fault]:
    if found := _HTML.search(text):
        yield Fault(
            path, line, f"`{found[0]}` is HTML, which is shown as text.", "Use Markdown, or a code span."
        )
    if "](" in text:
        cure = "Use http, https, mailto or a path in the course, without spaces."
        yield Fault(path, line, "A link here is not one that can be followed.", cure)


def _headings(document: Document) -> set[str]:
    tokens = document.tokens
    return {
        heading_slug(tokens[index + 1].content)
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    }
