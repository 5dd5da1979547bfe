"""A rater walks through everything that she can open, and nothing of it says who a candidate is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from flask import Flask
from werkzeug.routing import BuildError
from werkzeug.test import TestResponse

from lms.admissions import raters, sheets
from lms.admissions.application_models import ApplicationNeeds, FairnessAnswer, LanguageCheck, Level
from lms.admissions.interview_models import Interview, InterviewNote, InterviewSlot, InterviewStatus
from lms.admissions.models import Round, RoundStatus
from lms.admissions.rating_models import BlindSheet, Rating
from lms.admissions.tasks import tasks_of
from lms.core.db import db, utcnow
from tests.admissions.conftest import apply, browser, set_row, worked
from tests.admissions.test_candidates import tasks_are_over
from tests.factories import School, enrol, make_cohort, make_user

CANARY = re.compile("qanari|zubaydah|زبيدة", re.IGNORECASE)
MOST_PLACES = 3
# A stream without an end, and what asks another program; neither has a page.
LEFT_OUT = {"submissions.events", "submissions.sandbox_health", "core.static_file"}


def candidate(school: School, screening: Round) -> dict[str, str]:
    """Somebody whose name, class, answers and needs are in every column that can hold them; a rater is asked."""
    home = make_cohort("Qanari class", code="QAN23456", programme=school.cohort.programme)
    her = make_user("Zubaydah Qanari", email="zubaydah@qanari.example")
    enrol(her, home)
    db.session.commit()
    written = (
        "I am Zubaydah QANARI's sister; زبيدة. Write to zubaydah@qanari.example or https://qanari.example/me."
    )
    her.enrolments[0].name_key = "زبيدة"  # another spelling by which she is known
    application = apply(screening, her, motivation=written)
    now = utcnow()
    db.session.add_all(
        [
            ApplicationNeeds(application_id=application.id, childcare=True, other="qanari needs"),
            FairnessAnswer(application_id=application.id, question="gender", answer="qanari gender"),
            FairnessAnswer(application_id=application.id, question="language", answer="qanari origin"),
            LanguageCheck(application_id=application.id, level=Level.B1, note="qanari note"),
            Interview(
                application_id=application.id,
                slot=InterviewSlot(
                    round_id=screening.id,
                    starts_at=now,
                    minutes=30,
                    place="Qanari street",
                    link="https://qanari",
                ),
                status=InterviewStatus.PLANNED,
                wish="qanari wish",
            ),
            InterviewNote(application_id=application.id, text="qanari was heard"),
        ]
    )
    for key in tasks_of([application.id])[application.id]:
        done = worked(her, key, ago=timedelta(minutes=5))
        done.files = {"zubaydah_qanari.py": "# by Zubaydah Qanari\nprint('Hello, qanari')\n"}
    set_row(screening, status=RoundStatus.CLOSED)
    tasks_are_over(screening)
    db.session.refresh(screening)
    sheets.prepare(screening)
    sheet = db.session.get_one(BlindSheet, application.id)
    sheets.check_sheet(sheet, sheet.motivation, sheets.names_of(her), sheet.version)
    raters.add_rater(screening, school.mila)
    raters.assign(screening)
    db.session.commit()
    asked = db.session.query(Rating).filter_by(rater_id=school.mila.id).one()
    return {
        "round": screening.public_id,
        "application": application.public_id,
        "rating": asked.public_id,
        "person": her.public_id,
        "cohort": home.public_id,
        "programme": screening.programme.slug,
        "number": str(application.id),
        "code": sheet.code,
    }


def addresses(app: Flask, known: dict[str, str]) -> Iterator[str]:
    """Every page that takes no more than a few names, with each of hers in each place, whatever the page is for."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if (
            "GET" not in (rule.methods or ())
            or rule.endpoint in LEFT_OUT
            or len(rule.arguments) > MOST_PLACES
        ):
            continue
        names = sorted(rule.arguments)
        for values in product(*(_values(name, known) for name in names)):
            try:
                yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
            except (ValueError, BuildError):
                continue  # a place that takes something else, such as a number


def _values(name: str, known: dict[str, str]) -> list[str]:
    """What may stand in a place: what is called like it, else anything."""
    if name == "kind":
        return ["csv", "xlsx", "pdf"]
    fitting = [value for word, value in known.items() if word in name]
    return fitting or [known["application"], known["number"]]


def everything_of(answer: TestResponse) -> str:
    """Body and headers as text, a packed file unpacked."""
    body = answer.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(name.encode() + packed.read(name) for name in packed.namelist())
    return f"{answer.headers}\n{body.decode('utf-8', 'replace')}"


def test_a_rater_finds_no_sign_of_who_a_candidate_is(app: Flask, school: School, screening: Round) -> None:
    known = candidate(school, screening)
    mila = browser(app, school.mila)
    found: dict[str, str] = {}
    waiting = ["/ratings", *addresses(app, known)]
    while waiting:
        path = waiting.pop(0)
        if path in found or path.startswith("/static/"):
            continue
        with mila.get(path) as answer:
            found[path] = everything_of(answer) if answer.status_code != 404 else ""
        # What it links to is read as well, but for the lessons of courses: they are the same for everybody.
        links = re.findall(r'(?:href|src|action)="(/[^"#]*)"', found[path])
        waiting += [link.replace("&amp;", "&") for link in links if not link.startswith("/courses/")]
        assert not CANARY.search(found[path]), path
        assert len(found) < 3000
    sheet = found[f"/ratings/{known['rating']}"]
    assert known["code"] in sheet  # she has read it
    assert sheets.MASK in sheet
    assert "Hello, " in sheet
    assert sum(bool(page) for page in found.values()) > 20


def test_the_canaries_are_where_a_coordinator_finds_them(
    app: Flask, school: School, screening: Round
) -> None:
    known = candidate(school, screening)
    cora = browser(app, school.cora)
    page = everything_of(cora.get(f"/rounds/{known['round']}/candidates/{known['application']}"))
    assert {sign.lower() for sign in CANARY.findall(page)} >= {"qanari", "zubaydah"}
    assert "qanari needs" in page
