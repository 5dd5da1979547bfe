"""The large school, step by step. Each step leaves a database that holds together; the caller commits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import exists, or_, select

from lms.accounts.models import Programme, User
from lms.board.counting import count_stale
from lms.core.db import db
from lms.core.errors import PasserelleError
from lms.demo.news import seed_news
from lms.demo.presence import seed_presence
from lms.demo.school import Class, Scale, make_classes, today
from lms.demo.screening import seed_rounds
from lms.demo.sink import Sink
from lms.demo.talks import seed_talks
from lms.demo.work import Work
from lms.demo.writing import seed_statistics
from lms.programmes.demo import PEOPLE, SLUG
from lms.programmes.demo_classes import BOOTCAMP_PEOPLE, EVENING_PEOPLE

CLASSES_AT_ONCE = 10
KNOWN_NAMES = (*(person.name for person in PEOPLE), *EVENING_PEOPLE, *BOOTCAMP_PEOPLE)


class RealPeople(PasserelleError):
    """This database is in use: made-up people do not go among real ones."""

    code = "real_people"


@dataclass(frozen=True, slots=True)
class Step:
    """How far the making of one part is, and how many rows there are by now."""

    part: str
    done: int
    rows: int

    def __str__(self) -> str:
        return f"{self.part}: {self.done:<6} rows so far: {self.rows:>12,}"


def must_be_unused() -> None:
    """Raise RealPeople unless the database is empty or holds the demonstration school alone."""
    others = select(Programme.id).where(Programme.slug != SLUG)
    # Real people keep neither to the names of the demonstration nor away from signing in.
    people = select(User.id).where(or_(User.name.not_in(KNOWN_NAMES), User.card_hash.is_not(None)))
    if db.session.scalar(select(or_(exists(others), exists(people)))):
        raise RealPeople


def make_large(scale: Scale) -> Iterator[Step]:
    """Put the school in. The same scale gives the same school on the same day, but for addresses and keys."""
    must_be_unused()
    sink, now = Sink(), today()
    classes: list[Class] = []
    for one in make_classes(scale, sink):
        classes.append(one)
        sink.flush()
        yield Step("classes", len(classes), sink.written)
    parts = {
        "lessons": Work(scale, sink, now).seed(classes),
        "sessions": seed_presence(scale, sink, now, classes),
        "talks": seed_talks(scale, sink, now, classes),
        "news": seed_news(scale, sink, now, classes),
        "rounds": seed_rounds(scale, sink, now, classes),
    }
    for part, steps in parts.items():
        for done in steps:
            sink.flush()
            yield Step(part, done + 1, sink.written)
    counted = 0
    while classes_done := count_stale(None, CLASSES_AT_ONCE):
        counted += classes_done
        yield Step("boards", counted, sink.written)
    for done in seed_statistics():
        yield Step("statistics", done, sink.written)
