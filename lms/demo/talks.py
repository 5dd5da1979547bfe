"""Talks of staff with students of the large school, as they are kept for its boards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from lms.board.models import KEPT_DAYS, Contact, Way
from lms.demo.school import Class, Scale
from lms.demo.sink import Sink

WORDS = (
    "She works in the evenings now and will read the lesson at the weekend.",
    "The connection at home is weak. She comes to the library on Thursday.",
    "All is well; she had forgotten to hand in.",
    "",
)
STEP = "Ask how the last exercise went."
# Of so many students staff spoke with one.
ONE_SPOKEN_WITH = 3


def seed_talks(scale: Scale, sink: Sink, now: datetime, classes: Sequence[Class]) -> Iterator[int]:
    """Class by class; a number after each."""
    for place, one in enumerate(classes):
        for student in one.students:
            random = scale.random("talks", one.number, student.number)
            if random.randrange(ONE_SPOKEN_WITH) == 0:
                for number in range(random.randint(1, 4)):
                    day = (now - timedelta(days=random.randint(1, KEPT_DAYS - 20))).date()
                    goes_on = random.random() < 0.3
                    sink.add(
                        Contact, user_id=student.id, programme_id=one.programme, cohort_id=one.id,
                        author_id=one.teacher, on_day=day, way=random.choice(list(Way)),
                        reached=random.random() < 0.8, note=random.choice(WORDS),
                        next_step=STEP if goes_on else "",
                        next_on=day + timedelta(days=random.randint(3, 30)) if goes_on else None,
                        done_at=None, delete_after=day + timedelta(days=KEPT_DAYS), client_key=f"large-{number}",
                        created_at=datetime.combine(day, time(12), now.tzinfo),
                    )  # fmt: skip
        yield place
