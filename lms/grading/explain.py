"""Explains common errors in plain words: a code with parameters, and the sentence behind each code.

The English line of Python or JavaScript stays on the page; this goes above it, in the reader's language. Parameters are
names and values from the error line: code, which is never translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lms.grading.display import clip
from lms.grading.explain_javascript import (
    JAVASCRIPT_EXPLANATIONS,
    JAVASCRIPT_ONLY,
    JAVASCRIPT_PLACE,
    JAVASCRIPT_SYNTAX,
    JAVASCRIPT_TYPE,
    Rule,
)
from lms.grading.messages import N_

MAX_EXPLAINED = 1_000
MAX_PARAM = 60


@dataclass(frozen=True, slots=True)
class Explanation:
    """A sentence by its code (see `EXPLANATIONS`), the parameters in it, and the line it is about."""

    code: str
    params: Mapping[str, str]
    line: int | None = None


EXPLANATIONS: Mapping[str, str] = {
    **JAVASCRIPT_EXPLANATIONS,
    # text that Python cannot read
    "syntax_colon": N_("A colon (:) is missing at the end of this line."),
    "syntax_unclosed": N_("The bracket %(bracket)s is opened but never closed."),
    "syntax_unmatched": N_("The bracket %(bracket)s is closed here, but it was never opened."),
    "syntax_mismatch": N_("The bracket %(bracket)s does not match the bracket %(other)s that was opened."),
    "syntax_string": N_("A text starts with a quotation mark but does not end with one."),
    "syntax_quote": N_(
        "The character %(character)s is not known to Python. Use the plain quotation marks ' or \"."
    ),
    "syntax_character": N_(
        "The character %(character)s is not known to Python. Was the keyboard set to another language?"
    ),
    "syntax_comma": N_("Something is missing here, often a comma or an operator such as +."),
    "syntax_equals": N_("To compare two values, write == and not =."),
    "syntax_assign": N_("A value cannot be stored in this place. On the left of = there must be a name."),
    "syntax_print": N_("print needs round brackets: print(...)."),
    "syntax_keyword": N_(
        "The name on this line is a word that Python keeps for itself. Choose another name."
    ),
    "syntax_return": N_("return stands outside a function. Is the line indented as it should be?"),
    "syntax_loop": N_("%(word)s stands outside a loop. Is the line indented as it should be?"),
    "syntax_number": N_(
        "A number is written in a way that Python does not know, for example with zeros in front."
    ),
    "syntax_fstring": N_("Something inside the curly brackets of this f-string is not right."),
    "syntax_else": N_(
        "This line does not fit here. An else or elif must follow an if with the same indentation."
    ),
    "syntax_end": N_("The code ends too early: something is missing at the end."),
    "syntax": N_("Python cannot read this line. Look for a missing bracket, quotation mark, colon or comma."),
    "indent_expected": N_("This line must be indented: start it with four spaces."),
    "indent_unexpected": N_("This line starts with spaces that should not be there."),
    "indent_mismatch": N_("The indentation of this line fits no line above it."),
    "indent_tabs": N_("Spaces and tabs are mixed here. Use only spaces."),
    # names
    "name_suggest": N_("The name %(name)s is not defined. Did you mean %(other)s?"),
    "name": N_("The name %(name)s is not defined. Is it spelled right? Does a text need quotation marks?"),
    "unbound": N_("The name %(name)s is used in the function before it has a value there."),
    "import_missing": N_("There is no module named %(name)s here. Is the name spelled right?"),
    "import_name": N_("The module has nothing named %(name)s."),
    # types
    "type_add_str_number": N_("Text and a number cannot be joined with +. Use str(...) or an f-string."),
    "type_operator": N_("%(operator)s does not work between %(left)s and %(right)s."),
    "type_concatenate": N_("%(left)s and %(right)s cannot be joined with +."),
    "type_compare": N_("%(left)s and %(right)s cannot be compared with %(operator)s."),
    "type_not_callable": N_("%(kind)s is not a function, so it cannot be called with round brackets."),
    "type_too_few": N_("The function %(name)s was called without a value for %(missing)s."),
    "type_too_many": N_("The function %(name)s was called with too many values."),
    "type_keyword": N_("The function %(name)s has no parameter named %(keyword)s."),
    "type_not_subscriptable": N_("%(kind)s has no items, so square brackets cannot be used on it."),
    "type_none": N_("The value is None here. Does a function before it return a value?"),
    "type_no_assignment": N_("A value of type %(kind)s cannot be changed. Make a new one instead."),
    "type_index": N_("The place of an item must be a whole number, not %(kind)s."),
    "type_not_iterable": N_("A value of type %(kind)s has no items to go through one by one."),
    "type_unhashable": N_("A value of type %(kind)s cannot be a key of a dictionary or be in a set."),
    "type_int_argument": N_("int(...) cannot make a whole number of a value of type %(kind)s."),
    "type": N_("A value has a type that does not fit here."),
    # values
    "value_int": N_("int(...) cannot make a whole number of %(value)s."),
    "value_float": N_("float(...) cannot make a number of %(value)s."),
    "value_unpack_many": N_("There are more values than names on the left of =."),
    "value_unpack_few": N_("There are fewer values than names on the left of =."),
    "value_not_in_list": N_("The value is not in the list."),
    "value": N_("A value has the right type, but it does not fit here."),
    "index": N_("There is no item at this place. The first item has number 0, the last one len(...) - 1."),
    "index_empty": N_("The list is empty, so there is nothing to take from it."),
    "key": N_("The dictionary has no key %(key)s."),
    "zero_division": N_("A number is divided by zero."),
    "overflow": N_("A number has become too large."),
    # the rest
    "attribute_none": N_("The value is None here, and None has nothing named %(name)s."),
    "attribute_suggest": N_("A value of type %(kind)s has nothing named %(name)s. Did you mean %(other)s?"),
    "attribute": N_("A value of type %(kind)s has nothing named %(name)s."),
    "eof": N_("The program asks for more input than there is."),
    "recursion": N_("A function calls itself again and again and never stops."),
    "memory": N_("The program needs more memory than there is."),
    "file_missing": N_("There is no file with this name."),
    "assertion": N_("Something that must be true at this place is not true."),
    "interrupted": N_("The program was stopped."),
    "exit": N_("The program was ended by exit() or sys.exit()."),
}

_QUOTES = frozenset("“”„‟‘’‚‛«»‹›`´")

# by class name; the first match counts
_SYNTAX: tuple[Rule, ...] = (
    *JAVASCRIPT_SYNTAX,
    (r"expected ':'", "syntax_colon", ()),
    (r"'(.)' was never closed", "syntax_unclosed", ("bracket",)),
    (r"unmatched '(.)'", "syntax_unmatched", ("bracket",)),
    (
        r"closing parenthesis '(.)' does not match opening parenthesis '(.)'",
        "syntax_mismatch",
        ("bracket", "other"),
    ),
    (r"unterminated (?:triple-quoted )?(?:f-)?string literal", "syntax_string", ()),
    (r"EOL while scanning string literal", "syntax_string", ()),
    (r"invalid character '(.)'", "syntax_character", ("character",)),
    (r"invalid non-printable character (U\+[0-9A-F]+)", "syntax_character", ("character",)),
    (r"Missing parentheses in call to 'print'", "syntax_print", ()),
    (r"Maybe you meant '==' (?:or ':=' )?instead of '='", "syntax_equals", ()),
    (r"cannot assign to (?:True|False|None|keyword)", "syntax_keyword", ()),
    (r"cannot assign to", "syntax_assign", ()),
    (r"Perhaps you forgot a comma", "syntax_comma", ()),
    (r"'return' outside function", "syntax_return", ()),
    (r"'(break|continue)' (?:outside loop|not properly in loop)", "syntax_loop", ("word",)),
    (r"leading zeros in decimal|invalid decimal literal", "syntax_number", ()),
    (r"f-string", "syntax_fstring", ()),
    (r"unexpected EOF|was never completed|expected 'except' or 'finally'", "syntax_end", ()),
    (r"expected an indented block", "indent_expected", ()),
    (r"unexpected indent", "indent_unexpected", ()),
    (r"unindent does not match", "indent_mismatch", ()),
    (r"inconsistent use of tabs", "indent_tabs", ()),
    (r"", "syntax", ()),
)
_NAME: tuple[Rule, ...] = (
    (r"name '([^']*)' is not defined\. Did you mean: '([^']*)'", "name_suggest", ("name", "other")),
    (r"name '([^']*)' is not defined", "name", ("name",)),
)
_UNBOUND: tuple[Rule, ...] = ((r"(?:local|free) variable '([^']*)'", "unbound", ("name",)),)
_TYPE: tuple[Rule, ...] = (
    *JAVASCRIPT_TYPE,
    (r"can only concatenate str \(not \"(?:int|float)\"\) to str", "type_add_str_number", ()),
    (r"unsupported operand type\(s\) for \+: '(?:int|float)' and 'str'", "type_add_str_number", ()),
    (
        r"unsupported operand type\(s\) for (\S+)(?: or \S+)?: '([^']*)' and '([^']*)'",
        "type_operator",
        ("operator", "left", "right"),
    ),
    (r"can only concatenate (\w+) \(not \"([^\"]*)\"\)", "type_concatenate", ("left", "right")),
    (
        r"'(\S+)' not supported between instances of '([^']*)' and '([^']*)'",
        "type_compare",
        ("operator", "left", "right"),
    ),
    (r"'NoneType' object is not", "type_none", ()),
    (r"'([^']*)' object is not callable", "type_not_callable", ("kind",)),
    (r"(\S+)\(\) missing \d+ required .*?arguments?: (.*)", "type_too_few", ("name", "missing")),
    (r"(\S+)\(\) takes .* positional arguments? but", "type_too_many", ("name",)),
    (r"(\S+)\(\) takes (?:exactly|at most|no|from)", "type_too_many", ("name",)),
    (r"(\S+)\(\) got an unexpected keyword argument '([^']*)'", "type_keyword", ("name", "keyword")),
    (r"'([^']*)' object is not subscriptable", "type_not_subscriptable", ("kind",)),
    (r"'([^']*)' object does not support item", "type_no_assignment", ("kind",)),
    (r"indices must be integers(?: or slices)?, not '?(\w+)", "type_index", ("kind",)),
    (r"'([^']*)' object is not iterable", "type_not_iterable", ("kind",)),
    (r"unhashable type: '([^']*)'", "type_unhashable", ("kind",)),
    (r"int\(\) argument must be .* not '([^']*)'", "type_int_argument", ("kind",)),
    (r"", "type", ()),
)
_VALUE: tuple[Rule, ...] = (
    (r"invalid literal for int\(\) with base \d+: (.*)", "value_int", ("value",)),
    (r"could not convert string to float: (.*)", "value_float", ("value",)),
    (r"too many values to unpack", "value_unpack_many", ()),
    (r"not enough values to unpack", "value_unpack_few", ()),
    (r"is not in list|x not in list", "value_not_in_list", ()),
    (r"", "value", ()),
)
_ATTRIBUTE: tuple[Rule, ...] = (
    (r"'NoneType' object has no attribute '([^']*)'", "attribute_none", ("name",)),
    (
        r"'([^']*)' object has no attribute '([^']*)'\. Did you mean: '([^']*)'",
        "attribute_suggest",
        ("kind", "name", "other"),
    ),
    (r"'([^']*)' object has no attribute '([^']*)'", "attribute", ("kind", "name")),
)
_RULES: Mapping[str, tuple[Rule, ...]] = {
    **JAVASCRIPT_ONLY,
    "SyntaxError": _SYNTAX,
    "_IncompleteInputError": ((r"", "syntax_end", ()),),
    "IndentationError": _SYNTAX,
    "TabError": ((r"", "indent_tabs", ()),),
    "NameError": _NAME,
    "UnboundLocalError": _UNBOUND,
    "ModuleNotFoundError": ((r"No module named '([^']*)'", "import_missing", ("name",)),),
    "ImportError": ((r"cannot import name '([^']*)'", "import_name", ("name",)),),
    "TypeError": _TYPE,
    "ValueError": _VALUE,
    "IndexError": ((r"pop from empty", "index_empty", ()), (r"", "index", ())),
    "KeyError": ((r"(.*)", "key", ("key",)),),
    "ZeroDivisionError": ((r"", "zero_division", ()),),
    "OverflowError": ((r"", "overflow", ()),),
    "AttributeError": _ATTRIBUTE,
    "EOFError": ((r"", "eof", ()),),
    "StdinNotImplementedError": ((r"", "eof", ()),),
    "RecursionError": ((r"", "recursion", ()),),
    "MemoryError": ((r"", "memory", ()),),
    "FileNotFoundError": ((r"", "file_missing", ()),),
    "AssertionError": ((r"", "assertion", ()),),
    "KeyboardInterrupt": ((r"", "interrupted", ()),),
    "SystemExit": ((r"", "exit", ()),),
}
_COMPILED: Mapping[str, tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]] = {
    name: tuple((re.compile(pattern), code, groups) for pattern, code, groups in rules)
    for name, rules in _RULES.items()
}
_FRAME_LINE = re.compile(r"^[ \t]*File [^\n]*, line (\d{1,7})", re.MULTILINE)
_LINE = re.compile(r"line (\d{1,7})")


def explain(ename: str, evalue: str, traceback_text: str | None = None) -> Explanation | None:
    """What an error means, or None when it is not one of the common ones.

    `ename` is the class's name and `evalue` its text, as Python gives them. `traceback_text` is plain text
    (no ANSI colours); it gives the line, and the suggestion that Python adds only there.
    """
    text = evalue[:MAX_EXPLAINED]
    shown = (traceback_text or "")[-8_000:]
    full = _last_line(ename, shown) or text
    for pattern, code, groups in _COMPILED.get(ename, ()):
        found = pattern.search(full) or pattern.search(text)
        if found is not None:
            params = {
                name: clip(part or "", MAX_PARAM) for name, part in zip(groups, found.groups(), strict=True)
            }
            return Explanation(_refined(code, params, shown), params, _line(shown, text))
    return None


def explanation_text(explanation: Explanation, gettext: Callable[[str], str] = str) -> str:
    """The explanation in words; `gettext` translates before the parameters are put in."""
    return gettext(EXPLANATIONS[explanation.code]) % explanation.params


def error_line(traceback: str) -> str:
    """The error's own line: the last one in Python, in JavaScript the one before the frames."""
    lines = traceback.rstrip().splitlines()
    frames = next((number for number, line in enumerate(lines) if line.startswith("    at ")), len(lines))
    return lines[frames - 1] if frames else ""


def _last_line(ename: str, shown: str) -> str | None:
    """The error's own line in a traceback, where Python adds its suggestion."""
    for line in reversed(shown.splitlines()):
        if line.startswith(f"{ename}: "):
            return line.removeprefix(f"{ename}: ")[:MAX_EXPLAINED]
    return None


def _refined(code: str, params: Mapping[str, str], shown: str) -> str:
    if code == "syntax_character" and params["character"] in _QUOTES:
        return "syntax_quote"
    if code == "syntax" and JAVASCRIPT_PLACE.search(shown):
        return "js_syntax"
    if code == "syntax" and re.search(r"^[ \t]*(?:else|elif)\b", shown, re.MULTILINE):
        return "syntax_else"
    return code


def _line(shown: str, text: str) -> int | None:
    if inner := JAVASCRIPT_PLACE.search(shown):  # the innermost frame comes first
        return int(inner[1])
    places = _FRAME_LINE.findall(shown) or _LINE.findall(shown) or _LINE.findall(text)
    return int(places[-1]) if places else None
