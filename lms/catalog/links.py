"""Where links and images of a lesson lead: other lessons, exercises, headings, pictures of the course."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

EXTERNAL_SCHEMES = frozenset({"http", "https", "mailto"})

_NOT_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Target:
    """What a link points to inside the course: a path relative to the course folder, and a heading."""

    path: str
    anchor: str


@dataclass(frozen=True)
class Urls:
    """Addresses of a course's pages and pictures.

    `course` and `images` are prefixes ending in `/`; `image_versions` has the pictures that exist, by
    path relative to the course, with a mark of their content for caches.
    """

    course: str
    images: str
    image_versions: Mapping[str, str] = field(default_factory=dict, hash=False)

    def link(self, folder: str, href: str) -> str:
        """The address of a link in a text of this folder."""
        if is_external(href):
            return href
        target = resolve(folder, href)
        anchor = f"#h-{quote(target.anchor)}" if target.anchor else ""
        if not href.partition("#")[0]:
            return anchor or "#"
        path = target.path.removesuffix("/lesson.md").removesuffix("/statement.md")
        return f"{self.course}{quote(path)}{anchor}"

    def image(self, folder: str, path: str) -> str | None:
        """The address of a picture, or None if the course has no such picture."""
        inside = resolve(folder, path).path
        version = self.image_versions.get(inside)
        return f"{self.images}{quote(inside)}?v={version}" if version else None


def is_external(href: str) -> bool:
    """Whether a link leaves the course."""
    return urlsplit(href).scheme in EXTERNAL_SCHEMES


def resolve(folder: str, href: str) -> Target:
    """What a relative link in a text of this folder points to."""
    path, _, anchor = href.partition("#")
    joined = posixpath.normpath(posixpath.join(folder, unquote(path))) if path else folder
    return Target("" if joined == "." else joined, unquote(anchor))


def heading_slug(text: str) -> str:
    """The name by which links point to a heading: `## Two names` is `#two-names`."""
    return _NOT_WORD.sub("-", text.casefold()).strip("-")


def heading_id(text: str) -> str:
    """The id of a heading in the page; from the source text, so that links work in every language."""
    return f"h-{heading_slug(text)}"
