"""Text that comes from people and programs: made safe to show, and folded to be compared."""

from __future__ import annotations

import re
import unicodedata

# CSI, OSC (ended by BEL or ST), the other string commands, and two-character escapes.
_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)"
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)"
    r"|\x1b[ -/]*[0-~]?"
)
_BIDI = {ord(char): f"\N{LEFT CEILING}{name}\N{RIGHT CEILING}" for char, name in (
    ("\u061c", "ALM"), ("\u200e", "LRM"), ("\u200f", "RLM"),
    ("\u202a", "LRE"), ("\u202b", "RLE"), ("\u202c", "PDF"), ("\u202d", "LRO"), ("\u202e", "RLO"),
    ("\u2066", "LRI"), ("\u2067", "RLI"), ("\u2068", "FSI"), ("\u2069", "PDI"),
)}  # fmt: skip
# Line ends and tabs stay; every other control character is shown by its picture.
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
_CONTROLS[0x7F] = 0x2421
_CONTROLS |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_SURROGATES = re.compile("[\ud800-\udfff]")
_VISIBLE: dict[int, int | str] = {**_CONTROLS, **_BIDI}

# Embeddings, overrides and isolates, which reach beyond the words they stand in.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = {
    0x200B,
    0x200E,
    0x200F,
    0x2060,
    0xFEFF,
    0x00AD,
    0x061C,
    0x0640,
}  # 0640: tatweel, a stretched line
_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ې": "ي", "ۍ": "ي",
        "ؤ": "و", "ة": "ه", "ۀ": "ه", "ە": "ه", "ک": "ك", "ہ": "ه", "ھ": "ه",
        "ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ё": "е", "ґ": "г",
    }
)  # fmt: skip


def clean_output(text: str) -> str:
    """Program output as plain, harmless text: no escapes, nothing invisible that changes how it reads.

    ANSI sequences go; what a carriage return lets a terminal write over goes too; other control characters,
    bidi controls and lone surrogates are made visible: a student should see that her program printed them.
    """
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    text = _overwrite(text) if "\r" in text else text
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text).translate(_VISIBLE)


def isolate(text: str) -> str:
    """A piece of code inside a sentence: cleaned, and read left to right whatever surrounds it (UAX #9)."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{clean_output(text)}\N{POP DIRECTIONAL ISOLATE}"


def _overwrite(text: str) -> str:
    """What a terminal leaves of lines that were written over after a carriage return."""
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))


def clean_line(text: str) -> str:
    """One line as a person means it: no control, format or surrogate characters, single spaces, NFC."""
    kept = "".join(
        char
        if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        else _between(char)
        for char in text
    )
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def clean_lines(text: str) -> str:
    """What a person wrote in several lines: nothing invisible but the marks that scripts need, no space around.

    Controls that turn the direction of what follows go; the direction marks and joiners of Arabic and Persian stay.
    """
    ends = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = "".join(
        char
        for char in ends
        if char in "\n\t" or (unicodedata.category(char) not in {"Cc", "Cs", "Cn"} and char not in _TURNING)
    )
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in kept.split("\n"))).strip()


def _between(char: str) -> str:
    # The joiners belong to the spelling of Persian and other names; a tab or line end parts words.
    if char in "\u200c\u200d":
        return char
    return " " if char in "\t\n\r\u2028\u2029" else ""


def fold_digits(text: str) -> str:
    """The digits 0 to 9 of any script as Latin ones: ٣, ۳ and ३ are 3."""
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char for char in text
    )


def fold_name(text: str) -> str:
    """A name as it is compared: without case, accents, vowel marks, joiners, or the many alefs and yas."""
    decomposed = unicodedata.normalize("NFKD", clean_line(text).casefold().translate(_LETTERS))
    kept = "".join(
        char
        for char in decomposed
        if not unicodedata.combining(char) and ord(char) not in _INVISIBLE and char not in "\u200c\u200d"
    )
    return " ".join(fold_digits(kept).translate(_LETTERS).split())
