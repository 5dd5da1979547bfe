"""What can be known of Python code by reading it. Nothing here is ever run."""

from __future__ import annotations

import ast
import builtins
import io
import tokenize

_KNOWN = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


class NotPython(ValueError):
    """Python cannot read this code."""


def parsed(code: str) -> ast.Module:
    """The code as a tree, or `NotPython`."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotPython(str(error)) from error


def bound_names(code: str) -> set[str]:
    """The names that the code makes at its top: functions, classes, variables, imports."""
    names: set[str] = set()
    todo: list[ast.AST] = list(parsed(code).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.Lambda):
            continue
        todo += ast.iter_child_nodes(node)
    return names


def used_names(code: str) -> set[str]:
    """The names that the code reads anywhere and does not make itself inside a function."""
    tree = parsed(code)
    names = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    inner: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = node.args
            every = [
                *arguments.posonlyargs,
                *arguments.args,
                *arguments.kwonlyargs,
                arguments.vararg,
                arguments.kwarg,
            ]
            inner |= {argument.arg for argument in every if argument is not None}
            if not isinstance(node, ast.Lambda):
                inner |= {name.id for part in node.body for name in ast.walk(part)
                          if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}  # fmt: skip
    return names - inner


def without_known(names: set[str]) -> set[str]:
    """The names that Python itself does not have."""
    return names - _KNOWN


def modules_imported(code: str) -> set[str]:
    """The modules that the code imports, by the first part of their names."""
    found: set[str] = set()
    for node in ast.walk(parsed(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def indented(code: str) -> str:
    """The code as the body of a function; texts of several lines stay as they are."""
    inside: set[int] = set()
    try:
        depth: list[int] = []
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.STRING and token.end[0] > token.start[0]:
                inside |= set(range(token.start[0] + 1, token.end[0] + 1))
            elif tokenize.tok_name[token.type] == "FSTRING_START":
                depth.append(token.start[0])
            elif tokenize.tok_name[token.type] == "FSTRING_END" and depth:
                inside |= set(range(depth.pop() + 1, token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError) as error:
        raise NotPython(str(error)) from error
    lines = code.strip("\n").split("\n")
    skipped = len(code) - len(code.lstrip("\n"))
    body = [
        line if not line.strip() or number + skipped in inside else f"    {line}"
        for number, line in enumerate(lines, 1)
    ]
    text = "\n".join(body)
    return text if _has_statement(code) else f"{text}\n    pass".lstrip("\n")


def _has_statement(code: str) -> bool:
    return bool(parsed(code).body)


def starter_of(solution: str) -> str:
    """A program with the functions and classes of the solution, and nothing in them."""
    tree = parsed(solution)
    kept: list[ast.stmt] = [
        node
        for node in tree.body
        if isinstance(
            node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef
        )
    ]
    for node in kept:
        _emptied(node)
    return ast.unparse(ast.Module(kept, [])) + "\n" if kept else "# Write your program here.\n"


def _emptied(node: ast.stmt) -> None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        text = ast.get_docstring(node)
        node.body = [*([ast.Expr(ast.Constant(text))] if text else []), ast.Pass()]
    elif isinstance(node, ast.ClassDef):
        members = [
            part
            for part in node.body
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        for member in members:
            _emptied(member)
        node.body = [*members] or [ast.Pass()]
