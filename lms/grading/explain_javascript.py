"""JavaScript's common errors in plain words; `lms.grading.explain` puts them beside Python's.

Some errors of both languages have the same name; their texts tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lms.grading.messages import N_

Rule = tuple[str, str, tuple[str, ...]]
"""Pattern of the error's text, code, names of the pattern's groups."""

JAVASCRIPT_PLACE = re.compile(r"(?:[\w-]+\.js|^cell):(\d{1,7})\b", re.MULTILINE)
"""A line of the student's: of her file, or of a cell that could not be read."""

JAVASCRIPT_EXPLANATIONS: Mapping[str, str] = {
    # text that JavaScript cannot read
    "js_missing_bracket": N_(
        "The bracket ) that ends the values of a call is missing, or a comma between two of them."
    ),
    "js_token": N_(
        "%(token)s does not fit here. Look for a bracket, comma or operator too many or too few, here or just before."
    ),
    "js_character": N_(
        "There is a character here that JavaScript does not know, or a text that has no quotation mark at its end."
    ),
    "js_twice": N_("The name %(name)s is made twice. To change its value, leave out let and const."),
    "js_const_value": N_("A name made with const needs its value at once, as in const size = 3."),
    "js_return": N_("return stands outside a function. Look at the curly brackets."),
    "js_loop": N_("%(word)s stands outside a loop. Look at the curly brackets."),
    "js_await": N_("await can be used only in a function that begins with async."),
    "js_syntax": N_("JavaScript cannot read this line. Look for a missing bracket, quotation mark or comma."),
    # names and values
    "js_before": N_("The name %(name)s is used before the line that makes it."),
    "js_not_function": N_(
        "%(name)s is not a function, so it cannot be called with round brackets. Is the name spelled right?"
    ),
    "js_nothing_there": N_("The value is %(kind)s here, and %(kind)s has nothing named %(name)s."),
    "js_constant": N_("A name made with const keeps its value. Make it with let if the value must change."),
    "js_not_iterable": N_("%(name)s has no items to go through one by one."),
    "js_new": N_("To make an object of the class %(name)s, write new before its name."),
    "js_not_class": N_("%(name)s is not a class, so new cannot make an object of it."),
    "js_bigint": N_("A bigint, such as 12n, and a number cannot be mixed. Change one into the other first."),
    "js_forbidden": N_("Programs here cannot use files, the network or other programs."),
    "js_length": N_("A length or a count is not possible here. Is it negative or far too large?"),
}

JAVASCRIPT_SYNTAX: tuple[Rule, ...] = (
    (r"missing \) after argument list", "js_missing_bracket", ()),
    (r"Unexpected end of input", "syntax_end", ()),
    (r"Unterminated template literal", "syntax_string", ()),
    (r"Invalid or unexpected token", "js_character", ()),
    (r"Unexpected (?:identifier|string|number|template string)", "syntax_comma", ()),
    (r"Unexpected token '(.{1,20})'", "js_token", ("token",)),
    (r"Identifier '([^']*)' has already been declared", "js_twice", ("name",)),
    (r"Missing initializer in const declaration", "js_const_value", ()),
    (r"Illegal return statement", "js_return", ()),
    (r"Illegal (break|continue) statement", "js_loop", ("word",)),
    (r"await is only valid", "js_await", ()),
    (r"Invalid left-hand side in assignment", "syntax_assign", ()),
)
JAVASCRIPT_TYPE: tuple[Rule, ...] = (
    (
        r"Cannot (?:read|set) properties of (undefined|null) \((?:reading|setting) '([^']*)'\)",
        "js_nothing_there",
        ("kind", "name"),
    ),
    (r"Assignment to constant variable", "js_constant", ()),
    (r"Class constructor (\S+) cannot be invoked without 'new'", "js_new", ("name",)),
    (r"^(\S+) is not a constructor", "js_not_class", ("name",)),
    (r"^(.{1,80}) is not a function$", "js_not_function", ("name",)),
    (r"^([^' ]+) is not iterable", "js_not_iterable", ("name",)),
    (r"Cannot mix BigInt and other types", "js_bigint", ()),
    (r"Requires \w+ access|^invalid URL: relative URL", "js_forbidden", ()),
)
JAVASCRIPT_ONLY: Mapping[str, tuple[Rule, ...]] = {
    "ReferenceError": (
        (r"^(\S+) is not defined", "name", ("name",)),
        (r"Cannot access '([^']*)' before initialization", "js_before", ("name",)),
    ),
    "RangeError": (
        (r"Maximum call stack size exceeded", "recursion", ()),
        (r"Invalid (?:array|string) length|Invalid count value", "js_length", ()),
        (r"", "value", ()),
    ),
    "NotCapable": ((r"", "js_forbidden", ()),),
}
