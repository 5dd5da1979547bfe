"""Code coloured on the server by CSS classes, always left to right and isolated from the text around it."""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

CODE_ATTRIBUTES = 'dir="ltr" translate="no"'

_FORMATTER = HtmlFormatter(nowrap=True)
# Names and signs have no colour of their own: leaving out their spans halves the size of code.
_PLAIN = re.compile(r'<span class="(?:n|o|p|w|nn)">([^<]*)</span>')


def highlight_code(code: str, language: str) -> Markup:
    """Code as an isolated left-to-right block, coloured by CSS classes."""
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
        inner = _coloured(code, lexer)
    except ClassNotFound:
        inner = escape(code.rstrip("\n"))
    classes = f' class="language-{escape(language)}"' if language.isalnum() else ""
    block = f"<code{classes} {CODE_ATTRIBUTES}>{inner}</code>"
    block = f'<pre class="code" {CODE_ATTRIBUTES} tabindex="0">{block}</pre>\n'
    return Markup(block)  # noqa: S704 - every piece is escaped by pygments or here


def _coloured(code: str, lexer: Lexer) -> str:
    return _PLAIN.sub(r"\1", highlight(code, lexer, _FORMATTER)).rstrip("\n")


def highlight_line(line: str, language: str) -> Markup:
    """One line of code, inside a line of text."""
    try:
        inner = _coloured(line, get_lexer_by_name(language, stripnl=False, ensurenl=False))
    except ClassNotFound:
        inner = escape(line)
    return Markup(f"<code {CODE_ATTRIBUTES}>{inner}</code>")  # noqa: S704 - pygments escapes
