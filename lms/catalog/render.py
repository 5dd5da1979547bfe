"""Turn a lesson, a statement or one text into clean HTML in the reader's language.

Texts are translated block by block before rendering. A block without a translation is shown in the
source language with `lang`, `dir` and the class `untranslated`; a stale one has the class `stale`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any, Literal

import nh3
from babel import Locale, UnknownLocaleError
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from lms.catalog.links import Urls, heading_id, is_external
from lms.catalog.markdown import (
    make_parser,
    parse_inline,
    read_markdown,
    role_target,
)
from lms.catalog.model import CodeCell, Exercise, Quiz, State, Term, Translated
from lms.catalog.quiz import shuffled_lines
from lms.catalog.translation import needs_translation

PartKind = Literal["html", "cell", "exercise", "quiz"]

TAGS = {
    *("a", "aside", "bdi", "blockquote", "br", "code", "dfn", "div", "em", "figcaption", "figure", "h2", "h3"),
    *("h4", "h5", "h6", "hr", "img", "kbd", "li", "ol", "p", "pre", "span", "strong", "table", "tbody", "td"),
    *("th", "thead", "tr", "ul"),
}
_MARKS = {"class", "lang", "dir"}
ATTRIBUTES = {
    "*": _MARKS,
    "a": {"href", "rel"},
    "aside": {"role"},
    "code": {"translate"},
    "kbd": {"translate"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "img": {"src", "alt", "loading", "decoding"},
    "ol": {"start"},
    "pre": {"translate", "tabindex"},
    "div": {"tabindex"},
    "th": {"scope"},
}
CODE_ATTRIBUTES = 'dir="ltr" translate="no"'
_FORMATTER = HtmlFormatter(nowrap=True)
# Names and signs have no colour of their own: leaving out their spans halves the size of code.
_PLAIN = re.compile(r'<span class="(?:n|o|p|w|nn)">([^<]*)</span>')
_ALIGN = re.compile(r"text-align:(left|right|center)")
_LOGICAL = {"left": "align-start", "right": "align-end", "center": "align-center"}


@dataclass(frozen=True, slots=True)
class Labels:
    """The interface's words inside rendered content, already in the reader's language."""

    note: str = "Note"
    tip: str = "Tip"
    warning: str = "Warning"
    important: str = "Important"


@dataclass(frozen=True, slots=True)
class RenderedOption:
    """One option; `value` is what the form sends, feedback is shown when it was chosen."""

    value: str
    html: Markup
    right: bool
    feedback: Markup | None


@dataclass(frozen=True, slots=True)
class RenderedLine:
    """One line of an `order` quiz, shuffled; `value` is what the form sends."""

    value: str
    html: Markup


@dataclass(frozen=True, slots=True)
class RenderedQuiz:
    """A quiz ready for the page."""

    quiz: Quiz
    question: Markup
    options: tuple[RenderedOption, ...]
    lines: tuple[RenderedLine, ...]
    explanation: Markup | None

    @property
    def id(self) -> str:
        """The quiz's id in its lesson."""
        return self.quiz.id

    @property
    def kind(self) -> str:
        """single, multiple, short or order."""
        return self.quiz.kind


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a lesson: prose as `html`, or a cell, exercise or quiz for a template to place."""

    kind: PartKind
    html: Markup = Markup("")
    cell: CodeCell | None = None
    exercise: Exercise | None = None
    title: Translated | None = None  # of the exercise
    quiz: RenderedQuiz | None = None


@dataclass(frozen=True, slots=True)
class RenderedTerm:
    """A glossary entry that a text points to with `#term-<id>`."""

    id: str
    term: Translated
    definition: Markup


@dataclass(slots=True)
class Tally:
    """Which states of translation a rendering met."""

    states: list[State] = field(default_factory=list)
    terms: dict[str, None] = field(default_factory=dict)

    @property
    def draft(self) -> bool:
        """Whether any text shown was not yet reviewed."""
        return State.DRAFT in self.states

    @property
    def stale(self) -> bool:
        """Whether any text shown is older than its source."""
        return State.STALE in self.states

    @property
    def percent(self) -> int:
        """How many of the texts met are translated and not stale."""
        done = sum(state in {State.DRAFT, State.REVIEWED} for state in self.states)
        return done * 100 // len(self.states) if self.states else 100


@dataclass(slots=True)
class Renderer:
    """Renders the texts of one course in one language; keeps a tally of what it met."""

    lang: str
    source_lang: str
    look_up: Callable[[str], Translated]
    glossary: Mapping[str, Term]
    urls: Urls
    folder: str  # of the text, relative to the course: links and images are relative to it
    labels: Labels = field(default_factory=Labels)
    tally: Tally = field(default_factory=Tally)

    def translate(self, msgid: str) -> Translated:
        """Translate one text and count it."""
        if self.lang == self.source_lang:
            return Translated(msgid, self.source_lang, State.SOURCE)
        if not needs_translation(msgid):
            return Translated(msgid, self.lang, State.REVIEWED)
        found = self.look_up(msgid)
        self.tally.states.append(found.state)
        return found

    def inline(self, msgid: str) -> Markup:
        """One text as inline HTML, marked if it is not in the reader's language."""
        found = self.translate(msgid.strip())
        html = self._clean(PARSER_HTML.render(parse_inline(found.text, {}), self._env({})))
        attributes = self._marks(found)
        return Markup(f"<span{_attributes(attributes)}>{html}</span>") if attributes else html  # noqa: S704

    def blocks(self, source: str) -> Markup:
        """Markdown without cells, exercises and quizzes."""
        document = read_markdown(source, self.folder)
        return self.tokens([t for t in document.tokens if t.type not in {"cell", "exercise", "quiz"}], document.env)

    def tokens(self, tokens: Sequence[Token], env: dict[str, Any]) -> Markup:
        """A run of block tokens as clean HTML. The tokens are changed: parse anew for each rendering."""
        self._translate_tokens(tokens, env)
        return self._clean(PARSER_HTML.render(tokens, self._env(env)))

    def quiz(self, quiz: Quiz) -> RenderedQuiz:
        """A quiz with every text rendered."""
        options = tuple(
            RenderedOption(
                str(index),
                self.inline(option.text),
                option.right,
                self.blocks(option.feedback) if option.feedback else None,
            )
            for index, option in enumerate(quiz.options)
        )
        lines = tuple(
            RenderedLine(str(index), _code_line(line)) for index, line in enumerate(shuffled_lines(quiz))
        )
        explanation = self.blocks(quiz.explanation) if quiz.explanation else None
        return RenderedQuiz(quiz, self.blocks(quiz.question), options, lines, explanation)

    def terms(self) -> tuple[RenderedTerm, ...]:
        """The glossary entries that the texts rendered so far point to, in that order."""
        entries = [self.glossary[term] for term in self.tally.terms]
        return tuple(
            RenderedTerm(entry.id, self.translate(entry.term), self.inline(entry.definition)) for entry in entries
        )

    def term_text(self, shown: str | None, target: str) -> str:
        """What a reference to the glossary shows; its entry is noted as used."""
        entry = self.glossary.get(target)
        if entry is None:
            return shown or target
        self.tally.terms[target] = None
        return shown or self.look_up(entry.term).text

    def _translate_tokens(self, tokens: Sequence[Token], env: dict[str, Any]) -> None:
        for index, token in enumerate(tokens):
            if token.type == "figure_open":
                token.meta["alt"] = self.translate(token.meta["alt"]).text
            elif token.type == "inline":
                opening = tokens[index - 1]
                if opening.type == "heading_open":
                    opening.attrs["id"] = heading_id(token.content)
                self._translate_inline(token, opening, env)

    def _translate_inline(self, token: Token, opening: Token, env: dict[str, Any]) -> None:
        found = self.translate(token.content)
        if found.text != token.content:
            token.children = parse_inline(found.text, env)
        attributes = self._marks(found)
        if not attributes:
            return
        if opening.hidden:  # a tight list has no paragraph to carry the marks
            span = Token("span_open", "span", 1, attrs=dict(attributes))
            token.children = [span, *(token.children or []), Token("span_close", "span", -1)]
        else:
            for name, value in attributes.items():
                opening.attrJoin(name, value) if name == "class" else opening.attrSet(name, value)

    def _marks(self, found: Translated) -> dict[str, str]:
        if found.state is State.STALE:
            return {"class": "stale"}
        if found.state is State.SOURCE and self.lang != self.source_lang:
            return {"class": "untranslated", "lang": found.lang, "dir": direction(found.lang)}
        return {}

    def _env(self, env: dict[str, Any]) -> dict[str, Any]:
        return {**env, "renderer": self}

    def _clean(self, html: str) -> Markup:
        cleaned = nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel=None,  # set by _link_open, for links that leave the site
        )
        return Markup(cleaned)  # noqa: S704 - nh3 has just cleaned it


@cache
def direction(lang: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`."""
    try:
        return Locale.parse(lang, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def highlight_code(code: str, language: str) -> Markup:
    """Code as an isolated left-to-right block, coloured by CSS classes."""
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
        inner = _coloured(code, lexer)
    except ClassNotFound:
        inner = escape(code.rstrip("\n"))
    classes = f' class="language-{escape(language)}"' if language.isalnum() else ""
    # Every piece is escaped by pygments or here.
    return Markup(  # noqa: S704
        f'<pre class="code" {CODE_ATTRIBUTES} tabindex="0"><code{classes} {CODE_ATTRIBUTES}>{inner}</code></pre>\n'
    )


def _coloured(code: str, lexer: Lexer) -> str:
    return _PLAIN.sub(r"\1", highlight(code, lexer, _FORMATTER)).rstrip("\n")


def _code_line(line: str) -> Markup:
    lexer = get_lexer_by_name("python", stripnl=False, ensurenl=False)
    inner = _coloured(line, lexer)
    return Markup(f"<code {CODE_ATTRIBUTES}>{inner}</code>")  # noqa: S704 - pygments escapes


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


# Render rules: markdown-it calls them with itself, the tokens, an index, its options and our env.
Rule = Callable[[RendererHTML, Sequence[Token], int, Any, Any], str]


def _code_inline(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, ___: Any) -> str:
    return f"<bdi><code {CODE_ATTRIBUTES}>{escape(tokens[index].content)}</code></bdi>"


def _code_block(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, ___: Any) -> str:
    token = tokens[index]
    return highlight_code(token.content, token.info.strip().split(" ")[0])


def _role(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    token = tokens[index]
    renderer: Renderer = env["renderer"]
    if token.meta["name"] == "term":
        shown, target = role_target(token.content)
        text = escape(renderer.term_text(shown, target))
        if target in renderer.glossary:
            return f'<a class="term" href="#term-{escape(target)}">{text}</a>'
        return text
    if token.meta["name"] == "kbd":
        return f"<bdi><kbd {CODE_ATTRIBUTES}>{escape(token.content)}</kbd></bdi>"
    return escape(token.content)


def _link_open(html: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    renderer: Renderer = env["renderer"]
    token = tokens[index]
    href = str(token.attrs.get("href", ""))
    token.attrs = {"href": renderer.urls.link(renderer.folder, href)}
    if is_external(href):
        token.attrs["rel"] = "noopener noreferrer"
    return html.renderToken(tokens, index, options, env)


def _image(html: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    alt = html.renderInlineAsText(token.children or [], options, env)
    return _img(env["renderer"], str(token.attrs.get("src", "")), alt)


def _figure_open(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    meta = tokens[index].meta
    return f"<figure>\n{_img(env['renderer'], meta['src'], meta['alt'])}\n"


def _img(renderer: Renderer, path: str, alt: str) -> str:
    source = renderer.urls.image(renderer.folder, path)
    if source is None:
        return escape(alt)
    return f'<img src="{escape(source)}" alt="{escape(alt)}" loading="lazy" decoding="async">'


def _admonition_open(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    token = tokens[index]
    kind = token.info
    label = getattr(env["renderer"].labels, kind)
    title = "" if token.meta["titled"] else f'<p class="admonition-title">{escape(label)}</p>\n'
    return f'<aside class="admonition {kind}" role="note">\n{title}'


def _table_open(_: RendererHTML, __: Sequence[Token], ___: int, ____: Any, _____: Any) -> str:
    return '<div class="table-scroll" tabindex="0"><table class="table">\n'


def _table_close(_: RendererHTML, __: Sequence[Token], ___: int, ____: Any, _____: Any) -> str:
    return "</table></div>\n"


def _cell_open(html: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    align = _ALIGN.match(str(token.attrs.pop("style", "")))
    if align:
        token.attrJoin("class", _LOGICAL[align[1]])
    if token.tag == "th":
        token.attrSet("scope", "col")
    return html.renderToken(tokens, index, options, env)


_RULES: dict[str, Rule] = {
    "code_inline": _code_inline,
    "fence": _code_block,
    "code_block": _code_block,
    "myst_role": _role,
    "link_open": _link_open,
    "image": _image,
    "figure_open": _figure_open,
    "admonition_open": _admonition_open,
    "table_open": _table_open,
    "table_close": _table_close,
    "th_open": _cell_open,
    "td_open": _cell_open,
}


class _Html:
    """markdown-it's renderer with our rules."""

    def __init__(self) -> None:
        self._parser = make_parser()
        for name, rule in _RULES.items():
            self._parser.add_render_rule(name, rule)

    def render(self, tokens: Sequence[Token], env: dict[str, Any]) -> str:
        """The HTML of block or inline tokens."""
        html: str = self._parser.renderer.render(tokens, self._parser.options, env)
        return html


PARSER_HTML = _Html()
