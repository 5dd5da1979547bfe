"""MyST Markdown to tokens: directives become tokens of their own, lines are those of the file.

The token stream is shared by everything that reads a lesson: extraction of texts, checks, rendering.
Besides markdown-it's own tokens it holds `cell`, `exercise` and `quiz` (meta["directive"]; a quiz has
its body's tokens in meta["tokens"]), `admonition_open/close` and `figure_open/close`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from lms.catalog.model import Fault

ADMONITIONS = ("note", "tip", "warning", "important")
ROLES = ("term", "kbd")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TASK = re.compile(r"\[( |x|X)\] +")
DEEPEST = 6
"""Blocks in blocks: each level is parsed anew, and nobody can follow more on a phone."""

MOST_SIGNS = 500
"""Brackets of one paragraph, and ten times as many other signs: the time they take grows with their square."""

BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_INFO = re.compile(r"\{(?P<name>[^}]*)\}\s*(?P<argument>.*)")
_OPTION = re.compile(r":(?P<key>[a-z]+):\s*(?P<value>.*)")
_ROLE_TARGET = re.compile(r"(?P<text>.*?)\s*<(?P<target>[^<>]+)>", re.DOTALL)
_OPTIONS = {
    "code-cell": ("id",),
    "exercise": (),
    "quiz": ("kind",),
    "figure": ("alt",),
    **dict.fromkeys(ADMONITIONS, ()),
}
_PLACED = {"code-cell": "cell", "exercise": "exercise", "quiz": "quiz"}


def make_parser() -> MarkdownIt:
    """CommonMark with tables, colon fences and roles; raw HTML stays text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.core.ruler.before("inline", "bounded", _bound_signs)
    return parser.use(colon_fence_plugin).use(myst_role_plugin)


def _bound_signs(state: StateCore) -> None:
    """Leave out what no person wrote: a paragraph of signs alone would keep the parser busy for minutes."""
    for token in state.tokens:
        text = token.content
        if token.type == "inline" and (
            text.count("[") > MOST_SIGNS or sum(map(text.count, "*_`&<\\")) > 10 * MOST_SIGNS
        ):
            token.content = ""
            token.meta["too_many_signs"] = True


PARSER = make_parser()


@dataclass(frozen=True, slots=True)
class Directive:
    """A `{name} argument` block: its options, and its body with the line on which the body begins."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    body_line: int
    line: int


@dataclass(slots=True)
class Document:
    """Tokens of one Markdown text, the link definitions in `env`, and what was wrong with it."""

    path: str
    source: str
    tokens: list[Token] = field(default_factory=list)
    env: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, message: str, cure: str) -> None:
        """Note a fault of this text."""
        self.faults.append(Fault(self.path, line, message, cure))


def read_markdown(source: str, path: str, first_line: int = 1) -> Document:
    """Parse a text whose first line is `first_line` of the file at `path`."""
    document = Document(path, source)
    document.tokens = _parse(document, source, first_line - 1, depth=0)
    return document


def parse_inline(text: str, env: dict[str, Any]) -> list[Token]:
    """The children of one inline text."""
    return PARSER.parseInline(text, env)[0].children or []


def line_of(token: Token) -> int:
    """The line, from 1, on which a block token begins."""
    return token.map[0] + 1 if token.map else 1


def role_target(content: str) -> tuple[str | None, str]:
    """What a role shows, if it says so, and what it points to: `names <name>` or just `name`."""
    found = _ROLE_TARGET.fullmatch(content.strip())
    return (found["text"], found["target"].strip()) if found else (None, content.strip())


def inline_tokens(tokens: Sequence[Token]) -> Iterator[Token]:
    """Every inline token, those inside quizzes included, in the order of the text."""
    for token in tokens:
        if token.type == "inline":
            yield token
        elif token.type == "quiz":
            yield from inline_tokens(token.meta["tokens"])


def without_task(content: str) -> str:
    """An option's text without its `[x] ` or `[ ] `."""
    return TASK.sub("", content, count=1) if TASK.match(content) else content


def leaves(token: Token) -> Iterator[Token]:
    """The children of an inline token, with the children of images."""
    for child in token.children or []:
        yield child
        yield from leaves(child)


def _parse(document: Document, source: str, offset: int, *, depth: int) -> list[Token]:
    tokens: list[Token] = []
    for token in PARSER.parse(source, document.env):
        if token.map:
            token.map = [token.map[0] + offset, token.map[1] + offset]
        if "too_many_signs" in token.meta:
            document.fault(
                line_of(token), "This paragraph has too many signs of Markdown.", "Make several of it."
            )
        directive = _directive(token)
        if directive is not None:
            tokens += _expand(document, token, directive, depth)
        elif token.type == "colon_fence":
            document.fault(
                line_of(token), "This block has no name.", "Write `:::{note}` or remove the colons."
            )
        else:
            tokens.append(token)
    return tokens


def _directive(token: Token) -> Directive | None:
    if token.type not in {"fence", "colon_fence"}:
        return None
    found = _INFO.fullmatch(token.info.strip())
    if found is None:
        return None
    lines = token.content.split("\n")
    options: dict[str, str] = {}
    count = 0
    while count < len(lines) and (option := _OPTION.fullmatch(lines[count].strip())):
        options[option["key"]] = option["value"].strip()
        count += 1
    if options and count < len(lines) and not lines[count].strip():
        count += 1
    line = line_of(token)
    body = "\n".join(lines[count:])
    return Directive(found["name"], found["argument"].strip(), options, body, line + 1 + count, line)


def _expand(document: Document, token: Token, directive: Directive, depth: int) -> list[Token]:
    name = directive.name
    if depth == DEEPEST:
        document.fault(
            directive.line, "This block stands too deep inside other blocks.", "Move it out of some of them."
        )
        return []
    if name not in _OPTIONS:
        known = ", ".join(_OPTIONS)
        document.fault(directive.line, f"`{{{name}}}` is not a known block.", f"Use one of {known}.")
        return []
    for key in directive.options:
        if key not in _OPTIONS[name]:
            cure = f"Known options: {', '.join(f':{known}:' for known in _OPTIONS[name]) or 'none'}."
            document.fault(directive.line, f"`:{key}:` is not an option of `{{{name}}}`.", cure)
    if name in ADMONITIONS:
        return _admonition(document, token, directive, depth + 1)
    if name == "figure":
        return _figure(document, token, directive, depth + 1)
    if depth or token.level:
        cure = "Move it to the left margin, outside lists and other blocks."
        document.fault(directive.line, f"`{{{name}}}` stands inside another block.", cure)
        return []
    placed = Token(_PLACED[name], "", 0, map=token.map, meta={"directive": directive}, block=True)
    if name == "quiz":
        placed.meta["tokens"] = _parse(document, directive.body, directive.body_line - 1, depth=depth + 1)
    return [placed]


def _admonition(document: Document, token: Token, directive: Directive, depth: int) -> list[Token]:
    opening = Token("admonition_open", "aside", 1, map=token.map, info=directive.name, block=True)
    title: list[Token] = []
    if directive.argument:
        inline = Token("inline", "", 0, map=token.map, content=directive.argument, level=1)
        inline.children = parse_inline(directive.argument, document.env)
        title = [
            Token("paragraph_open", "p", 1, attrs={"class": "admonition-title"}, map=token.map, block=True),
            inline,
            Token("paragraph_close", "p", -1, block=True),
        ]
    opening.meta = {"titled": bool(title)}
    body = _parse(document, directive.body, directive.body_line - 1, depth=depth)
    return [opening, *title, *body, Token("admonition_close", "aside", -1, block=True)]


def _figure(document: Document, token: Token, directive: Directive, depth: int) -> list[Token]:
    alt = directive.options.get("alt", "")
    if not alt:
        document.fault(directive.line, "This figure has no `:alt:`.", "Say in one sentence what it shows.")
    meta = {"src": directive.argument, "alt": alt, "line": directive.line + 1}
    opening = Token("figure_open", "figure", 1, map=token.map, meta=meta, block=True)
    caption = _parse(document, directive.body, directive.body_line - 1, depth=depth)
    if caption:
        caption = [
            Token("figcaption_open", "figcaption", 1),
            *caption,
            Token("figcaption_close", "figcaption", -1),
        ]
    return [opening, *caption, Token("figure_close", "figure", -1, block=True)]
