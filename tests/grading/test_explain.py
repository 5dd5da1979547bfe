"""Explanations: the errors beginners meet, as Python words them."""

from __future__ import annotations

import re
import time

import pytest

from lms.grading.explain import _RULES, EXPLANATIONS, error_line, explain, explanation_text
from lms.grading.messages import OUTCOME_WORDS
from lms.grading.outcome import Outcome

CASES = [
    ("SyntaxError", "expected ':'", "syntax_colon"),
    ("SyntaxError", "'(' was never closed", "syntax_unclosed"),
    ("SyntaxError", "unterminated string literal (detected at line 1)", "syntax_string"),
    ("SyntaxError", "invalid character '“' (U+201C)", "syntax_quote"),
    ("SyntaxError", "invalid character '،' (U+060C)", "syntax_character"),
    ("SyntaxError", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", "syntax_equals"),
    ("SyntaxError", "Missing parentheses in call to 'print'. Did you mean print(...)?", "syntax_print"),
    ("SyntaxError", "something new in a later Python", "syntax"),
    ("IndentationError", "expected an indented block after 'for' statement on line 1", "indent_expected"),
    ("IndentationError", "unexpected indent", "indent_unexpected"),
    ("TabError", "inconsistent use of tabs and spaces in indentation", "indent_tabs"),
    ("NameError", "name 'nmae' is not defined. Did you mean: 'name'?", "name_suggest"),
    ("NameError", "name 'x' is not defined", "name"),
    (
        "UnboundLocalError",
        "cannot access local variable 'x' where it is not associated with a value",
        "unbound",
    ),
    ("ModuleNotFoundError", "No module named 'numpi'", "import_missing"),
    ("TypeError", 'can only concatenate str (not "int") to str', "type_add_str_number"),
    ("TypeError", "unsupported operand type(s) for -: 'str' and 'int'", "type_operator"),
    ("TypeError", "'NoneType' object is not subscriptable", "type_none"),
    ("TypeError", "f() missing 1 required positional argument: 'a'", "type_too_few"),
    ("ValueError", "invalid literal for int() with base 10: 'ten'", "value_int"),
    ("IndexError", "list index out of range", "index"),
    ("KeyError", "'tea'", "key"),
    ("ZeroDivisionError", "division by zero", "zero_division"),
    ("AttributeError", "'str' object has no attribute 'uper'. Did you mean: 'upper'?", "attribute_suggest"),
    ("AttributeError", "'NoneType' object has no attribute 'x'", "attribute_none"),
    ("EOFError", "EOF when reading a line", "eof"),
    ("RecursionError", "maximum recursion depth exceeded", "recursion"),
    # JavaScript
    ("ReferenceError", "nmae is not defined", "name"),
    ("ReferenceError", "Cannot access 'x' before initialization", "js_before"),
    ("TypeError", "total is not a function", "js_not_function"),
    ("TypeError", "items.forEach(...).map is not a function", "js_not_function"),
    ("TypeError", "Cannot read properties of undefined (reading 'name')", "js_nothing_there"),
    ("TypeError", "Cannot set properties of null (setting 'name')", "js_nothing_there"),
    ("TypeError", "Assignment to constant variable.", "js_constant"),
    ("TypeError", "prices is not iterable", "js_not_iterable"),
    ("TypeError", "Class constructor Account cannot be invoked without 'new'", "js_new"),
    ("TypeError", "account is not a constructor", "js_not_class"),
    ("TypeError", "Cannot mix BigInt and other types, use explicit conversions", "js_bigint"),
    (
        "TypeError",
        'Requires read access to "/tmp/home/y.js", run again with the --allow-read flag',
        "js_forbidden",
    ),
    (
        "NotCapable",
        'Requires net access to "1.1.1.1:80", run again with the --allow-net flag',
        "js_forbidden",
    ),
    ("RangeError", "Maximum call stack size exceeded", "recursion"),
    ("RangeError", "Invalid array length", "js_length"),
    ("RangeError", "toFixed() digits argument must be between 0 and 100", "value"),
    ("SyntaxError", "missing ) after argument list", "js_missing_bracket"),
    ("SyntaxError", "Unexpected token ';'", "js_token"),
    ("SyntaxError", "Unexpected end of input", "syntax_end"),
    ("SyntaxError", "Unexpected identifier 'b'", "syntax_comma"),
    ("SyntaxError", "Invalid or unexpected token", "js_character"),
    ("SyntaxError", "Identifier 'a' has already been declared", "js_twice"),
    ("SyntaxError", "Missing initializer in const declaration", "js_const_value"),
    ("SyntaxError", "Illegal return statement", "js_return"),
    ("SyntaxError", "Illegal break statement", "js_loop"),
    ("SyntaxError", "await is only valid in async functions and the top level bodies of modules", "js_await"),
    ("SyntaxError", "Invalid left-hand side in assignment", "syntax_assign"),
]


@pytest.mark.parametrize(("ename", "evalue", "code"), CASES)
def test_common_errors_are_explained(ename: str, evalue: str, code: str) -> None:
    explanation = explain(ename, evalue)
    assert explanation is not None
    assert explanation.code == code
    assert "%(" not in explanation_text(explanation)


def test_the_traceback_gives_the_line_and_the_suggestion() -> None:
    trace = (
        "Traceback (most recent call last):\n"
        '  File "solution.py", line 7, in <module>\n'
        "    prnt(1)\n"
        "NameError: name 'prnt' is not defined. Did you mean: 'print'?\n"
    )
    explanation = explain("NameError", "name 'prnt' is not defined", trace)
    assert explanation is not None
    assert (explanation.code, explanation.line) == ("name_suggest", 7)
    assert explanation.params == {"name": "prnt", "other": "print"}


def test_other_errors_are_left_alone() -> None:
    assert explain("MyError", "name 'x' is not defined") is None
    assert explain("NameError", "odd") is None


def test_a_hostile_error_text_is_cut_and_quick() -> None:
    explanation = explain("NameError", "name '" + "a" * 100_000 + "' is not defined")
    assert explanation is None
    explanation = explain("KeyError", "x" * 100_000 + "\x00\ud800", "File " * 10_000)
    assert explanation is not None
    assert len(explanation.params["key"]) <= 60
    began = time.process_time()
    assert explain("SyntaxError", "x", "\n" * 100_000) is not None
    assert time.process_time() - began < 0.1


def test_every_rule_has_a_sentence_with_its_parameters() -> None:
    for rules in _RULES.values():
        for pattern, code, groups in rules:
            assert re.compile(pattern).groups == len(groups), pattern
            assert set(re.findall(r"%\((\w+)\)s", EXPLANATIONS[code])) <= set(groups), code


def test_every_outcome_has_words() -> None:
    assert set(OUTCOME_WORDS) == {str(outcome) for outcome in Outcome}


def test_the_line_and_the_words_of_an_error_in_javascript() -> None:
    trace = "TypeError: total is not a function\n    at pay (solution.js:7:9)\n    at solution.js:9:1"
    assert error_line(trace) == "TypeError: total is not a function"
    explanation = explain("TypeError", "total is not a function", trace)
    assert explanation is not None
    assert (explanation.line, explanation.params) == (7, {"name": "total"})
    unread = "cell:2\n    let y = ;\n            ^\nSyntaxError: something new in a later JavaScript"
    assert error_line(unread) == "SyntaxError: something new in a later JavaScript"
    explanation = explain("SyntaxError", "something new in a later JavaScript", unread)
    assert explanation is not None
    assert (explanation.code, explanation.line) == ("js_syntax", 2)
