"""Who may use which route: every route of the application, for every kind of person.

A new route needs an entry here, or tests/test_routes.py fails. The object in the address is always Ben's, or
that of the class that Ben learns in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.factories import School

# Who asks: nobody; Ben himself; Dina beside him; Cleo, who learns elsewhere; Otto, who teaches elsewhere;
# Ada, his teacher; Cora, his coordinator; Root, the site's admin.
EVERYBODY = ("nobody", "dina", "cleo", "otto", "ben", "ada", "cora", "root")
SIGNED_IN = ("dina", "cleo", "otto", "ben", "ada", "cora", "root")
IN_THE_COURSE = ("dina", "ben", "ada", "cora", "root")
HIM_AND_STAFF = ("ben", "ada", "cora", "root")
STAFF_OF_THE_CLASS = ("ada", "cora", "root")
STAFF_ANYWHERE = ("otto", "ada", "cora", "root")
OWNER = ("ben",)


@dataclass(frozen=True, slots=True)
class World:
    """What the addresses of the matrix are made of."""

    school: School
    course: str
    lesson: str
    exercise: str
    quiz_lesson: str
    quiz: str
    picture: str
    submission: str
    card: str


Address = Callable[[World], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One route and method: its address for Ben's things, what is sent, and who may."""

    allowed: tuple[str, ...]
    address: Address
    form: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None


def at(path: str) -> Address:
    """An address in which {names} stand for the world's values."""

    def fill(world: World) -> str:
        return path.format(
            cohort=world.school.cohort.public_id,
            ben=world.school.ben.public_id,
            course=world.course,
            lesson=world.lesson,
            exercise=world.exercise,
            quiz_lesson=world.quiz_lesson,
            quiz=world.quiz,
            picture=world.picture,
            submission=world.submission,
            card=world.card,
        )

    return fill


LESSON = "/courses/{course}/{lesson}"
CELLS = "/cells/{course}/{lesson}"
CLASS = "/classes/{cohort}"

MATRIX: dict[tuple[str, str], Entry] = {
    ("core.static_file", "GET"): Entry(EVERYBODY, at("/static/0/app.css")),
    ("core.healthz", "GET"): Entry(EVERYBODY, at("/healthz")),
    ("accounts.index", "GET"): Entry(EVERYBODY, at("/")),
    ("accounts.join", "GET"): Entry(EVERYBODY, at("/join")),
    ("accounts.join", "POST"): Entry(EVERYBODY, at("/join"), {"code": "HEJ23456"}),
    ("accounts.join_name", "GET"): Entry(EVERYBODY, at("/join/name")),
    ("accounts.join_name", "POST"): Entry(EVERYBODY, at("/join/name")),
    ("accounts.sign_in", "GET"): Entry(EVERYBODY, at("/sign-in")),
    ("accounts.sign_in", "POST"): Entry(EVERYBODY, at("/sign-in")),
    ("accounts.sign_out", "POST"): Entry(EVERYBODY, at("/sign-out")),
    ("accounts.card", "GET"): Entry(EVERYBODY, at("/card/{card}")),
    ("accounts.people", "GET"): Entry(EVERYBODY, at("/people")),
    # Ben is on no device's list but his own.
    ("accounts.change_people", "POST"): Entry(OWNER, at("/people"), {"person": "{ben}"}),
    ("accounts.language", "POST"): Entry(EVERYBODY, at("/language"), {"lang": "en"}),
    ("accounts.me", "GET"): Entry(SIGNED_IN, at("/me")),
    ("accounts.change_name", "POST"): Entry(SIGNED_IN, at("/me/name")),
    ("accounts.change_secret", "POST"): Entry(SIGNED_IN, at("/me/secret")),
    ("accounts.cards", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/cards")),
    ("accounts.make_cards", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/cards"), {"person": "{ben}"}),
    ("accounts.ask_reset", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/reset")),
    ("accounts.reset", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}/reset")),
    ("accounts.change_code", "POST"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/code"), {"action": "close"}),
    ("programmes.classes", "GET"): Entry(STAFF_ANYWHERE, at("/classes")),
    ("programmes.show_class", "GET"): Entry(STAFF_OF_THE_CLASS, at(CLASS)),
    ("programmes.show_person", "GET"): Entry(STAFF_OF_THE_CLASS, at(f"{CLASS}/people/{{ben}}")),
    ("learning.courses", "GET"): Entry(SIGNED_IN, at("/courses")),
    ("learning.course", "GET"): Entry(IN_THE_COURSE, at("/courses/{course}")),
    ("learning.picture", "GET"): Entry(IN_THE_COURSE, at("/courses/{course}/files/{picture}")),
    ("learning.lesson", "GET"): Entry(IN_THE_COURSE, at(LESSON)),
    ("learning.quiz", "POST"): Entry(IN_THE_COURSE, at("/courses/{course}/{quiz_lesson}/quiz/{quiz}")),
    ("learning.exercise", "GET"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}")),
    ("learning.draft", "PUT"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}/draft"), json={}),
    ("learning.draft", "POST"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}/draft"), json={}),
    ("submissions.sandbox_health", "GET"): Entry(EVERYBODY, at("/healthz/sandbox")),
    ("submissions.hand_in", "POST"): Entry(IN_THE_COURSE, at(f"{LESSON}/{{exercise}}/submissions")),
    ("submissions.show", "GET"): Entry(HIM_AND_STAFF, at("/submissions/{submission}")),
    ("submissions.events", "GET"): Entry(HIM_AND_STAFF, at("/submissions/{submission}/events")),
    ("submissions.run_cell", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/run"), json={}),
    ("submissions.cell_input", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/input"), json={}),
    ("submissions.interrupt_cell", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/interrupt"), json={}),
    ("submissions.restart_cells", "POST"): Entry(IN_THE_COURSE, at(f"{CELLS}/restart"), json={}),
}
