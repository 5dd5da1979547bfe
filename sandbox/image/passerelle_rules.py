"""Finds the constructs that an exercise's rules name, with the kernel's own parser; runs nothing.

The student's text comes as data into a container that has never run a student's code, so nothing of theirs
can change what is found. Rules are pedagogy: they tell which constructs stand in the text, not what it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_BY_NODE: dict[type[ast.AST], tuple[str, ...]] = {
    ast.For: ("for",),
    ast.AsyncFor: ("for",),
    ast.While: ("while",),
    ast.If: ("if",),
    ast.IfExp: ("if", "else"),
    ast.FunctionDef: ("def",),
    ast.AsyncFunctionDef: ("def",),
    ast.Return: ("return",),
    ast.Import: ("import",),
    ast.ImportFrom: ("import",),
    ast.ClassDef: ("class",),
    ast.With: ("with",),
    ast.AsyncWith: ("with",),
    ast.Try: ("try",),
    ast.TryStar: ("try",),
    ast.Lambda: ("lambda",),
    ast.JoinedStr: ("f-string",),
    ast.ListComp: ("comprehension",),
    ast.SetComp: ("comprehension",),
    ast.DictComp: ("comprehension",),
    ast.GeneratorExp: ("comprehension",),
    ast.Slice: ("slice",),
    ast.Not: ("not",),
    ast.And: ("and",),
    ast.Or: ("or",),
    ast.In: ("in",),
    ast.NotIn: ("in", "not"),
}


def find(files: dict[str, str], constructs: list[str]) -> dict[str, object]:
    """The first line of each of `constructs` in each file; `readable` is false when a file is not Python."""
    wanted = set(constructs)
    found: list[list[object]] = []
    readable = True
    for name, text in files.items():
        if not name.endswith(".py"):
            continue
        try:
            tree = ast.parse(text, filename=name)
            seen = _first_lines(tree, text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            readable = False
            continue
        found.extend(
            [construct, name, line] for construct, line in sorted(seen.items()) if construct in wanted
        )
    return {"found": found, "readable": readable}


def _first_lines(tree: ast.AST, text: str) -> dict[str, int]:
    lines = [line.encode("utf-8", "surrogatepass") for line in text.split("\n")]
    seen: dict[str, int] = {}
    for construct, line in _constructs(tree, lines):
        seen[construct] = min(line, seen.get(construct, line))
    return seen


def _constructs(tree: ast.AST, lines: list[bytes]) -> Iterator[tuple[str, int]]:
    """Every construct with its line; nodes without a line of their own have their parent's."""
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, parent_line = waiting.pop()
        line = getattr(node, "lineno", parent_line)
        for construct in _BY_NODE.get(type(node), ()):
            yield construct, line
        yield from ((construct, line) for construct in _called(node))
        yield from _branches(node, lines)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (("recursion", place) for place in _self_calls(node))
        waiting.extend((child, line) for child in ast.iter_child_nodes(node))


def _called(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            yield f"call:{node.func.id}"
        elif isinstance(node.func, ast.Attribute):
            yield f"method:{node.func.attr}"


def _branches(node: ast.AST, lines: list[bytes]) -> Iterator[tuple[str, int]]:
    """`elif` and `else`, which have no node of their own."""
    rest = getattr(node, "orelse", None)
    if not isinstance(rest, list) or not rest:
        return
    first = rest[0]
    if isinstance(node, ast.If) and isinstance(first, ast.If) and _starts_with_elif(first, lines):
        yield "elif", first.lineno
    else:
        yield "else", first.lineno


def _starts_with_elif(node: ast.If, lines: list[bytes]) -> bool:
    return node.lineno <= len(lines) and lines[node.lineno - 1][node.col_offset :].startswith(b"elif")


def _self_calls(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[int]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else None
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                name = called.attr if called.value.id in {"self", "cls"} else None
            if name == function.name:
                yield node.lineno
