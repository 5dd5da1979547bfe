"""What the large school has told its classes, and each person's list of messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from lms.announcements.models import ANNOUNCEMENT, FOREVER, Announcement, AnnouncementText, Message
from lms.demo.school import Class, Scale
from lms.demo.sink import Sink

EVERY = timedelta(weeks=3)
OF_PROGRAMME = 5
# Who has read a message did so within this time.
LATEST = timedelta(hours=90)
WORDS = (
    ("en", "The room has changed", "We meet in the large hall from Monday. The entrance is at the back."),
    (
        "fr",
        "La salle a changé",
        "À partir de lundi, le cours a lieu dans la grande salle. Entrée à l’arrière.",
    ),
    ("ar", "تغيرت القاعة", "نلتقي في القاعة الكبيرة ابتداء من يوم الاثنين. المدخل من الخلف."),
)
ONE_UNREAD, ONE_WITHDRAWN = 12, 20


def seed_news(scale: Scale, sink: Sink, now: datetime, classes: Sequence[Class]) -> Iterator[int]:
    """Programme by programme; a number after each class."""
    done = 0
    for _, its in groupby(classes, key=attrgetter("programme")):
        of_programme = list(its)
        _programme_news(scale, sink, now, of_programme)
        for one in of_programme:
            random = scale.random("news", one.number)
            at = one.meetings[0].starts if one.meetings else now
            while at < now - LATEST:
                _tell(scale, sink, [one], one.id, at, withdrawn=random.randrange(ONE_WITHDRAWN) == 0)
                at += EVERY * random.uniform(0.6, 1.4)
            done += 1
            yield done


def _programme_news(scale: Scale, sink: Sink, now: datetime, classes: Sequence[Class]) -> None:
    for number in range(OF_PROGRAMME):
        _tell(scale, sink, classes, None, now - timedelta(days=9 + 30 * number))


def _tell(
    scale: Scale,
    sink: Sink,
    classes: Sequence[Class],
    cohort: int | None,
    at: datetime,
    *,
    withdrawn: bool = False,
) -> None:
    """One announcement in all its languages, and an entry in the list of everybody who was there then."""
    number = sink.new_id(Announcement)
    hidden = at + timedelta(days=1) if withdrawn else FOREVER
    sink.add(
        Announcement, id=number, programme_id=classes[0].programme, cohort_id=cohort, author_id=classes[0].coordinator,
        client_key=f"large-{number}", main_language="en", created_at=at, publish_at=at, published_at=at,
        withdrawn_at=hidden if withdrawn else None,
    )  # fmt: skip
    for language, title, body in WORDS:
        sink.add(AnnouncementText, announcement_id=number, language=language, title=title, body=body)
    for one in classes:
        random = scale.random("messages", one.number, at)
        people = [student.id for student in one.students if student.joined <= at]
        for person in people:
            read = None if random.randrange(ONE_UNREAD) == 0 else at + LATEST * random.random()
            sink.add(
                Message, user_id=person, kind=ANNOUNCEMENT, announcement_id=number, created_at=at, read_at=read,
                hidden_from=hidden, params="{}", url="",
            )  # fmt: skip
