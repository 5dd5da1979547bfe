"""How each kind of token is written as HTML. A rule finds the `Renderer` at work in `env["renderer"]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Protocol

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from lms.catalog.highlight import CODE_ATTRIBUTES, highlight_code
from lms.catalog.links import Urls, is_external
from lms.catalog.markdown import make_parser, role_target

_ALIGN = re.compile(r"text-align:(left|right|center)")
_LOGICAL = {"left": "align-start", "right": "align-end", "center": "align-center"}


class Context(Protocol):
    """What the rules ask of the renderer at work."""

    urls: Urls
    folder: str

    def term_link(self, shown: str | None, target: str) -> tuple[str, bool]:
        """The text of a reference to the glossary, and whether it leads to an entry."""

    def label(self, kind: str) -> str:
        """The title of an admonition."""


def to_html(tokens: Sequence[Token], env: dict[str, Any]) -> str:
    """The HTML of block or inline tokens; it must still be cleaned."""
    html: str = _PARSER.renderer.render(tokens, _PARSER.options, env)
    return html


# Render rules: markdown-it calls them with itself, the tokens, an index, its options and our env.
Rule = Callable[[RendererHTML, Sequence[Token], int, Any, Any], str]


def _code_inline(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, ___: Any) -> str:
    return f"<bdi><code {CODE_ATTRIBUTES}>{escape(tokens[index].content)}</code></bdi>"


def _code_block(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, ___: Any) -> str:
    token = tokens[index]
    return highlight_code(token.content, token.info.strip().split(" ")[0])


def _role(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    token = tokens[index]
    renderer: Context = env["renderer"]
    if token.meta["name"] == "term":
        shown, target = role_target(token.content)
        text, known = renderer.term_link(shown, target)
        text = escape(text)
        if known:
            return f'<a class="term" href="#term-{escape(target)}">{text}</a>'
        return text
    if token.meta["name"] == "kbd":
        return f"<bdi><kbd {CODE_ATTRIBUTES}>{escape(token.content)}</kbd></bdi>"
    return escape(token.content)


def _link_open(html: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    renderer: Context = env["renderer"]
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


def _img(renderer: Context, path: str, alt: str) -> str:
    source = renderer.urls.image(renderer.folder, path)
    if source is None:
        return escape(alt)
    return f'<img src="{escape(source)}" alt="{escape(alt)}" loading="lazy" decoding="async">'


def _admonition_open(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    token = tokens[index]
    kind = token.info
    label = env["renderer"].label(kind)
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


_PARSER = make_parser()
for _name, _rule in _RULES.items():
    _PARSER.add_render_rule(_name, _rule)
