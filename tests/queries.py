"""How many statements a page sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from lms.core.db import db


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """The statements that reach the database in the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def queries_of(client: FlaskClient, path: str) -> int:
    """How many statements this page takes."""
    with client.application.app_context(), count_queries() as seen:
        assert client.get(path).status_code == 200
    return len(seen)
