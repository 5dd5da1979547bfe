"""Long lists in pages: no page of ours shows everything there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select

from lms.core.db import db

PAGE_SIZE = 25
LAST_PAGE = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `before` and `after` are the numbers of its neighbours, if there are any."""

    items: Sequence[T]
    number: int
    before: int | None
    after: int | None


def page_of(query: Select[T], number: int | None, size: int = PAGE_SIZE) -> Page[T]:
    """The page of that number, from 1, of what the query selects. The query says the order."""
    number = min(max(number or 1, 1), LAST_PAGE)
    found = db.session.scalars(query.offset((number - 1) * size).limit(size + 1)).unique().all()
    return Page(
        items=found[:size],
        number=number,
        before=number - 1 if number > 1 else None,
        after=number + 1 if len(found) > size else None,
    )
