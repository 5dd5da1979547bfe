"""Finds slips of the keyboard in a line that could not be read: signs and letters of another layout.

Students who write Arabic, Dari or Ukrainian switch their keyboard to write code, and a letter or a comma of
the other layout looks right on the screen.
"""

from __future__ import annotations

import re
import unicodedata

from lms.grading.verdict import Slip

_SIGNS = {
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‘’‚‛‹›", "'"),
    **dict.fromkeys("–—−", "-"),
    **dict.fromkeys("،，", ","),
    **dict.fromkeys("؛；", ";"),
    "：": ":",
    "（": "(",
    "）": ")",
    "×": "*",
    "÷": "/",
    "٪": "%",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
_SPACES = frozenset("\u00a0\u202f\u2007\u3000\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\ufeff")
_LETTERS = str.maketrans("асеорхуіјѕАВСЕНІКМОРТХ", "aceopxyijsABCEHIKMOPTX")
_STRING = r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`"
_WORD = re.compile(r"\w+")
MAX_SLIPS = 10


def find_slips(source: str, line: int, comment: str = "#") -> tuple[Slip, ...]:
    """The slips in one line of the source, outside its texts and comments."""
    lines = source.split("\n")
    if not 1 <= line <= len(lines):
        return ()
    code = re.sub(f"{_STRING}|{comment}.*", " ", lines[line - 1][:2_000])
    slips = [*_signs(code, line), *_digits(code, line), *_letters(code, line)]
    return tuple(dict.fromkeys(slips))[:MAX_SLIPS]


def _signs(code: str, line: int) -> list[Slip]:
    found = [Slip("sign", line, character, _SIGNS[character]) for character in code if character in _SIGNS]
    spaces = [
        Slip("space", line, f"U+{ord(character):04X}", "") for character in code if character in _SPACES
    ]
    return found + spaces


def _digits(code: str, line: int) -> list[Slip]:
    return [
        Slip("digit", line, character, str(unicodedata.decimal(character)))
        for character in code
        if character.isdecimal() and not character.isascii()
    ]


def _letters(code: str, line: int) -> list[Slip]:
    words = ((word, word.translate(_LETTERS)) for word in _WORD.findall(code))
    return [Slip("letter", line, word, latin) for word, latin in words if word != latin and latin.isascii()]
