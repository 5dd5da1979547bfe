"""The checker's side of exceptions: what it makes of those that the student's side tells of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bridge_proxy import RemoteMeta
from bridge_values import CrossingError

if TYPE_CHECKING:
    from bridge_mirrors import Mirrors
    from bridge_values import Form

NOTES_CAP = 5
DESCRIPTION_CAP = 50_000
_DESCRIPTION: dict[str, tuple[type, ...]] = {
    "class": (str,), "mro": (list,), "message": (str,), "line": (int, type(None)),
    "file": (str, type(None)), "text": (str, type(None)), "traceback": (str,),
}  # fmt: skip


def read(  # noqa: PLR0917  (the parts of one form, in its order)
    link: Mirrors, identity: int, kind: Form, args: list[Form], text: str, info: Any, chain: list[Form],
    notes: list[Form], attributes: list[list[Any]],
) -> BaseException:  # fmt: skip
    """The exception of a form; the same object for as long as someone here has it."""
    error = link.held(identity)
    if error is None:
        made = link.decode(kind)
        if not (isinstance(made, type) and issubclass(made, BaseException)):
            raise CrossingError("no exception class")
        error = _make(made, [link.decode(part) for part in args], str(text))
        names = object.__getattribute__(error, "__dict__")
        names["_bridge_text"] = str(text)
        if type(made) is RemoteMeta:
            names["_bridge_self"] = (link, identity)
        else:
            link.raised[id(error)] = identity
        link.hold(identity, error)
        _chain(link, error, chain)
    object.__getattribute__(error, "__dict__")["_bridge_info"] = _description(info)
    if type(type(error)) is not RemoteMeta:
        _attributes(link, error, attributes)
    _notes(link, error, notes)
    return error  # type: ignore[no-any-return]


def read_noted(link: Mirrors, identity: int, notes: list[Form], attributes: list[list[Any]]) -> BaseException:
    """An exception of the test that comes back with what the student's code noted on it.

    What decides a test (a failed assertion, a skip) takes no notes, and nothing that the test itself set is changed.
    """
    error = link.own(identity)
    if isinstance(error, Exception) and not isinstance(error, AssertionError):
        _attributes(link, error, [entry for entry in attributes if entry[0] not in vars(error)])
        _notes(link, error, notes)
    return error  # type: ignore[no-any-return]


def _description(info: Any) -> dict[str, Any]:
    """What the other side says of an error, for the report: it is always there, and must not break it."""
    if type(info) is not dict or info.keys() != _DESCRIPTION.keys():
        raise CrossingError("no description of an error")
    if not all(type(info[name]) in kinds for name, kinds in _DESCRIPTION.items()):
        raise CrossingError("no description of an error")
    texts = [*info["mro"], *(value for value in info.values() if type(value) is str)]
    if not all(type(text) is str for text in texts) or sum(map(len, texts)) > DESCRIPTION_CAP:
        raise CrossingError("a description of an error that is too long")
    return info


def _make(made: Any, parts: list[Any], text: str) -> BaseException:
    if type(made) is not RemoteMeta:
        try:
            return made(*parts)  # type: ignore[no-any-return]  # a built-in class, from the list
        except Exception:  # noqa: BLE001  (its constructor wants something else)
            error: BaseException = made.__new__(made)
            error.args = (text,)
            return error
    builtin = next(kind for kind in type.mro(made) if type(kind) is not RemoteMeta and _is_error(kind))
    new: Callable[..., BaseException] = builtin.__new__
    if issubclass(builtin, BaseExceptionGroup):
        return new(made, *parts)
    mirrored = new(made)
    mirrored.args = tuple(parts)
    return mirrored


def _is_error(kind: type) -> bool:
    return issubclass(kind, BaseException)


def _chain(link: Mirrors, error: BaseException, chain: list[Form]) -> None:
    cause, context, hidden = chain
    reasons = [None if form is None else link.decode(form) for form in (cause, context)]
    if not all(reason is None or isinstance(reason, BaseException) for reason in reasons):
        raise CrossingError("a cause that is no exception")
    error.__cause__, error.__context__ = reasons
    error.__suppress_context__ = hidden is True


def _attributes(link: Mirrors, error: BaseException, attributes: list[list[Any]]) -> None:
    """What was noted on an exception of a class that is the same on both sides; never over what the class has."""
    for name, form in attributes:
        if type(name) is str and not name.startswith("_") and not hasattr(type(error), name):
            object.__setattr__(error, name, link.decode(form))


def _notes(link: Mirrors, error: BaseException, notes: list[Form]) -> None:
    known = getattr(error, "__notes__", [])
    for form in notes[:NOTES_CAP]:
        if type(note := link.decode(form)) is str and note not in known:
            error.add_note(note)
