"""The student's side of exceptions: their forms for the checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge_student import StudentLink
    from bridge_values import Form

ATTRIBUTES_CAP = 30
CHAIN_CAP = 5
NOTES_CAP = 5


def form_of(link: StudentLink, error: BaseException, depth: int = 0) -> Form:
    """The form of an exception. One of the test's is named by its id, with what the student's code noted on it."""
    identity = link.raised.get(id(error))
    notes = [_part(link, note) for note in getattr(error, "__notes__", [])[:NOTES_CAP]]
    if identity is not None:
        noted = _attributes(link, error)
        return ["en", identity, notes, noted] if notes or noted else ["o", identity]
    kind = link.class_form(type(error))
    return [
        "e", link.export(error), kind, [_part(link, part) for part in _parts(error)], _text(error),
        link.describe(error), _chain(link, error, depth), notes,
        _attributes(link, error) if kind[0] == "n" else [],  # those of the student's own classes are asked for
    ]  # fmt: skip


def _chain(link: StudentLink, error: BaseException, depth: int) -> list[Any]:
    """The exception's cause and context, and whether `raise … from None` hides the latter."""
    if depth >= CHAIN_CAP:
        return [None, None, False]
    before = [
        None if reason is None else form_of(link, reason, depth + 1)
        for reason in (error.__cause__, error.__context__)
    ]
    return [*before, error.__suppress_context__]


def _parts(error: BaseException) -> tuple[Any, ...]:
    """What an exception of a built-in class is made from again: not always its `args`."""
    if isinstance(error, BaseExceptionGroup):
        return error.message, error.exceptions
    if isinstance(error, OSError) and type(error).__module__ == "builtins":
        return OSError.__reduce__(error)[1]  # type: ignore[return-value]  # with the file's name
    return error.args


def _attributes(link: StudentLink, error: BaseException) -> list[list[Any]]:
    """What was noted on an exception beside its `args`."""
    noted = object.__getattribute__(error, "__dict__")
    names = [name for name in noted if type(name) is str and not name.startswith("_")]
    return [[name, _part(link, noted[name])] for name in names[:ATTRIBUTES_CAP]]


def _part(link: StudentLink, value: Any) -> Form:
    try:
        return link.encode(value)
    except Exception:  # noqa: BLE001  (an argument that cannot cross is told by its text)
        return repr(type(value))


def _text(error: BaseException) -> str:
    try:
        return str(error)[:10_000]
    except Exception:  # noqa: BLE001  (the student's own __str__ may raise anything)
        return ""
