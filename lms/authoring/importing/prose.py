"""Markdown from elsewhere made into that of a lesson: headings, pictures, links, HTML and blocks that we do not have.

It goes line by line and leaves code alone. What cannot be kept is told to the plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from flask_babel import gettext

from lms.authoring.importing.plan import AskedAlt, ImportPlan, LessonDraft
from lms.catalog.links import is_external
from lms.catalog.markdown import ADMONITIONS, BIDI_CONTROLS
from lms.core.text import clean_line

LONGEST = 200_000

FindPicture = Callable[[str], bytes | None]
"""The bytes of a picture by its address in the text; None if it did not come along."""
ReadPicture = Callable[[bytes], tuple[str, bytes] | None]
"""A picture written anew, with the end of its name; None if it is none."""

_FENCE = re.compile(r"^(?P<indent>[ >]*)(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(\s*<?(?P<src>[^\s)>]*)>?(?:\s+[\"'(][^)]*)?\)")
_IMG = re.compile(r"<img\b(?P<rest>[^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?P<key>[a-z]+)\s*=\s*(?:\"(?P<one>[^\"]*)\"|'(?P<two>[^']*)')", re.IGNORECASE)
_LINK = re.compile(
    r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?(?P<href>[^\s)>]*)>?(?:\s+[\"'(][^)]*)?\)"
)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(?P<href>\S+?)>?(?:\s|$)")
_HTML_BLOCK = re.compile(
    r"<(script|style|iframe|object|embed|video|audio|form)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ANCHOR = re.compile(
    r"<a\b[^<>]*?href\s*=\s*[\"'](?P<href>[^\"']*)[\"'][^<>]*>(?P<text>.*?)</a\s*>", re.IGNORECASE
)
_STRONG = re.compile(r"</?(?:b|strong)\s*>", re.IGNORECASE)
_EMPHASIS = re.compile(r"</?(?:i|em)\s*>", re.IGNORECASE)
_CODE = re.compile(r"<(code|kbd|tt)\s*>([^<>`]*)</\1\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>")
_ROLE = re.compile(r"\{(?P<name>[a-z][a-z:-]*)\}(?=`)")
_MATH = re.compile(r"\$\$|\\\(|\\begin\{|\$[^$\s][^$\n]*[\\^_=][^$\n]*\$")
_NOTE = re.compile(r"(?:exercism/)?(note|tip|warning|caution|important|advanced)$")
_ADMONITION_OF = {"caution": "warning", "advanced": "note"}


class Prose:
    """Makes the texts of one lesson tidy: where its pictures come from, and where what is left out is told."""

    def __init__(
        self,
        lesson: LessonDraft,
        *,
        read_picture: ReadPicture,
        find_picture: FindPicture = lambda _src: None,
        keep: tuple[str, ...] = (),
    ) -> None:
        self.lesson = lesson
        self.plan: ImportPlan = lesson.plan
        self._read = read_picture
        self._find = find_picture
        self._keep = keep
        self._kept: dict[bytes, str] = {}

    def tidy(self, text: str, where: str, *, top: int = 2, up: str = "") -> str:
        """The text as a lesson may hold it; its highest heading is of the level `top`.

        `up` leads from the text's folder to the lesson's: a statement stands one folder below.
        """
        text = BIDI_CONTROLS.sub("", text.replace("\r\n", "\n").replace("\0", ""))[:LONGEST]
        text = self._without_blocks_of_html(text, where)
        lines: list[str] = []
        fences: list[tuple[str, str]] = []  # the open fences: what closes each, and whether it holds code
        for line in text.split("\n"):
            found = _FENCE.match(line)
            if fences and found and _closes(found, fences[-1][0]):
                lines.append(line)
                fences.pop()
            elif fences and fences[-1][1] == "code":
                lines.append(line)
            elif found:
                lines.append(self._opening(found, where, fences))
            else:
                self._plain(line, lines, where, top, up)
        lines += [closing for closing, _ in reversed(fences)]
        return "\n".join(lines).strip("\n")

    def _without_blocks_of_html(self, text: str, where: str) -> str:
        pieces = re.split(
            r"(^(?:`{3,}|~{3,}).*?^(?:`{3,}|~{3,})[ \t]*$)", text, flags=re.DOTALL | re.MULTILINE
        )
        for index in range(0, len(pieces), 2):
            without = _HTML_BLOCK.sub("", pieces[index])
            if without != pieces[index]:
                self.plan.leave(
                    where, gettext("Scripts, styles, videos and forms do not come: a lesson has none.")
                )
            pieces[index] = _COMMENT.sub("", without)
        return "".join(pieces)

    def _opening(self, found: re.Match[str], where: str, fences: list[tuple[str, str]]) -> str:
        """The line that opens a block; ones that a lesson does not know become plain code or plain text."""
        fence, info, indent = found["fence"], found["info"].strip(), found["indent"]
        note = _NOTE.fullmatch(info) if info.startswith("exercism/") else None
        if note:
            fences.append((fence, "text"))
            return f"{indent}{fence}{{{_ADMONITION_OF.get(note[1], note[1])}}}"
        directive = re.match(r"\{([^}]*)\}", info)
        if directive is None and not fence.startswith(":"):
            fences.append((fence, "code"))
            return found[0]
        name = directive[1] if directive else ""
        if name in ADMONITIONS or name in self._keep:
            fences.append((fence, "text" if name in ADMONITIONS else "code"))
            return found[0]
        why = gettext("The block “%(name)s” is not known here. Only its text comes.", name=name or info[:40])
        self.plan.leave(where, why)
        fences.append((fence, "text" if fence.startswith(":") else "code"))
        return f"{indent}{fence}{'{note}' if fence.startswith(':') else 'text'}"

    def _plain(self, line: str, lines: list[str], where: str, top: int, up: str) -> None:
        if (
            (under := _SETEXT.match(line))
            and lines
            and lines[-1].strip()
            and not lines[-1].startswith(("#", "|", ">", "-"))
        ):
            level = 1 if under[1].startswith("=") else 2
            lines[-1] = f"{'#' * max(level, top)} {lines[-1].strip()}"
            return
        heading = _HEADING.match(line)
        if heading:
            level = min(max(len(heading[1]), top), 6)
            words = self._inline(heading[2] or "", where, up)
            lines.append(f"{'#' * level} {words}" if words.strip() else "")
            return
        definition = _DEFINITION.match(line)
        if definition and not is_external(definition["href"]):
            self._link_left(where)
            return
        lines.append(self._inline(line, where, up))

    def _inline(self, line: str, where: str, up: str) -> str:
        line = _CODE.sub(lambda found: f"`{found[2]}`", line)
        pieces, last = [], 0
        for span in _CODE_SPAN.finditer(line):
            pieces += [self._words(line[last : span.start()], where, up), span[0]]
            last = span.end()
        # A role stands right before its code span.
        return "".join([*pieces, self._words(line[last:], where, up)])

    def _words(self, text: str, where: str, up: str) -> str:
        if not text:
            return text
        if text.endswith("}"):
            text = re.sub(r"\{(?!term\}|kbd\})[a-z][a-z:-]*\}$", "", text)
        if _MATH.search(text):
            self.plan.leave(where, gettext("Formulas come as they are written: a lesson does not set them."))
        text = _IMG.sub(lambda found: self._image(*_attributes(found["rest"]), where, up), text)
        text = _IMAGE.sub(lambda found: self._image(found["src"], found["alt"], where, up), text)
        text = _ANCHOR.sub(lambda found: f"[{found['text']}]({found['href']})", text)
        text = _LINK.sub(lambda found: self._link(found, where), text)
        text = _STRONG.sub("**", text)
        text = _EMPHASIS.sub("*", text)
        text = _BREAK.sub("  ", text)
        without = _TAG.sub("", text)
        if without != text:
            self.plan.leave(
                where, gettext("HTML does not come, only the text in it: lessons are written in Markdown.")
            )
        return without

    def _link(self, found: re.Match[str], where: str) -> str:
        if is_external(found["href"]):
            return f"[{found['text']}]({found['href']})"
        self._link_left(where)
        return found["text"]

    def _link_left(self, where: str) -> None:
        self.plan.leave(
            where, gettext("Links to other files come as plain text: what they lead to is not here.")
        )

    def _image(self, src: str, alt: str, where: str, up: str) -> str:
        alt = clean_line(alt).replace("[", "(").replace("]", ")")
        content = self._find(unquote(src))
        if content is None:
            why = gettext("This picture did not come along with the text.")
            self.plan.leave(f"{where}: {src[:100]}", why)
            return alt
        address = self._kept.get(content) or self.keep(
            content, src.rpartition("/")[2].partition(".")[0].split(":")[-1], where
        )
        if address is None:
            return alt
        self._kept[content] = address
        if not alt:
            self.plan.pictures.append(AskedAlt(f"{self.lesson.folder}/{address}", where))
        return f"![{alt}]({up}{address})"

    def keep(self, content: bytes, name: str, where: str) -> str | None:
        """Keep a picture; its address in the lesson, or None if it is none that can be read."""
        read = self._read(content)
        if read is None:
            self.plan.leave(
                f"{where}: {name}"[:200], gettext("This picture cannot be read, or it is too large.")
            )
            return None
        suffix, clean = read
        return self.lesson.picture(clean, suffix, name)


def split_title(text: str) -> tuple[str, str]:
    """The first heading of the first level, and the text without it."""
    lines, code = text.split("\n"), False
    for index, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            code = not code
        heading = None if code else _HEADING.match(line)
        if heading and len(heading[1]) == 1:
            return heading[2] or "", "\n".join([*lines[:index], *lines[index + 1 :]])
    return "", text


def _closes(found: re.Match[str], opened: str) -> bool:
    fence = found["fence"]
    return not found["info"].strip() and fence[0] == opened[0] and len(fence) >= len(opened)


def _attributes(rest: str) -> tuple[str, str]:
    found: Mapping[str, str] = {
        match["key"].lower(): match["one"] if match["one"] is not None else match["two"]
        for match in _ATTRIBUTE.finditer(rest)
    }
    return found.get("src", ""), found.get("alt", "")
