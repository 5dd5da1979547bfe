"""The words of an announcement as HTML: paragraphs, lists, emphasis and links; everything else stays text."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "link", "autolink", "list", "newline", "escape"]
)
# An address that stands by itself in the text. What closes a sentence is not part of it.
_BARE = re.compile(r"(?<![(<\[\w/\"'=])https?://[^\s<>()\[\]]+[^\s<>()\[\].,;:!?،؛؟'\"*_]")
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a"}


def body_html(text: str) -> Markup:
    """The body of an announcement, cleaned."""
    html = _PARSER.render(_BARE.sub(r"<\g<0>>", text))
    return Markup(  # noqa: S704  # cleaned in this line
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer nofollow",
        )
    )
