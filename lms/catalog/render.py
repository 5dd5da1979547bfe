"""Turn a lesson, a statement or one text into clean HTML in the reader's language.

Texts are translated block by block before rendering. A block without a translation is shown in the
source language with `lang`, `dir` and the class `untranslated`; a stale one has the class `stale`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any, Literal

import nh3
from babel import Locale, UnknownLocaleError
from markdown_it.token import Token
from markupsafe import Markup

from lms.catalog.highlight import highlight_line
from lms.catalog.html import to_html
from lms.catalog.links import Urls, heading_id
from lms.catalog.markdown import parse_inline, read_markdown
from lms.catalog.model import CodeCell, Exercise, Quiz, State, Term, Translated
from lms.catalog.quiz import shuffled_lines
from lms.catalog.translation import needs_translation

PartKind = Literal["html", "cell", "exercise", "quiz"]

_TEXT_TAGS = {"a", "bdi", "br", "code", "em", "img", "kbd", "span", "strong"}
_BLOCK_TAGS = {"aside", "blockquote", "div", "figcaption", "figure", "hr", "li", "ol", "p", "pre", "ul"}
_HEADING_TAGS = {"h2", "h3", "h4", "h5", "h6"}
_TABLE_TAGS = {"table", "tbody", "td", "th", "thead", "tr"}
TAGS = _TEXT_TAGS | _BLOCK_TAGS | _HEADING_TAGS | _TABLE_TAGS
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
EMPTY = Markup()


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
    html: Markup = EMPTY
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
        html = self._clean(to_html(parse_inline(found.text, {}), self._env({})))
        attributes = self._marks(found)
        return Markup(f"<span{_attributes(attributes)}>{html}</span>") if attributes else html  # noqa: S704

    def blocks(self, source: str) -> Markup:
        """Markdown without cells, exercises and quizzes."""
        document = read_markdown(source, self.folder)
        return self.tokens(
            [t for t in document.tokens if t.type not in {"cell", "exercise", "quiz"}], document.env
        )

    def tokens(self, tokens: Sequence[Token], env: dict[str, Any]) -> Markup:
        """A run of block tokens as clean HTML. The tokens are changed: parse anew for each rendering."""
        self._translate_tokens(tokens, env)
        return self._clean(to_html(tokens, self._env(env)))

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
            RenderedLine(str(index), highlight_line(line, quiz.language))
            for index, line in enumerate(shuffled_lines(quiz))
        )
        explanation = self.blocks(quiz.explanation) if quiz.explanation else None
        return RenderedQuiz(quiz, self.blocks(quiz.question), options, lines, explanation)

    def terms(self) -> tuple[RenderedTerm, ...]:
        """The glossary entries that the texts rendered so far point to, in that order."""
        entries = [self.glossary[term] for term in self.tally.terms]
        return tuple(
            RenderedTerm(entry.id, self.translate(entry.term), self.inline(entry.definition))
            for entry in entries
        )

    def term_link(self, shown: str | None, target: str) -> tuple[str, bool]:
        """What a reference to the glossary shows, and whether there is an entry, noted as used."""
        entry = self.glossary.get(target)
        if entry is None:
            return shown or target, False
        self.tally.terms[target] = None
        return shown or self.look_up(entry.term).text, True

    def label(self, kind: str) -> str:
        """The title of an admonition that has none of its own."""
        return {
            "note": self.labels.note,
            "tip": self.labels.tip,
            "warning": self.labels.warning,
            "important": self.labels.important,
        }[kind]

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


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
