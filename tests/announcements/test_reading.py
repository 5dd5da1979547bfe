"""A person's messages: in her language, counted in the header, read when opened, hers alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from lms.announcements import services
from lms.announcements.models import Message
from lms.announcements.notices import notify, say
from lms.core.db import db, utcnow
from lms.programmes.models import EnrolmentStatus, Reason
from lms.programmes.places import change_place
from tests.announcements.conftest import Open, announce, messages_of
from tests.factories import School


@pytest.mark.parametrize(
    ("tags", "reads", "shown", "fallback"),
    [
        (("en", "ar"), ("ar", "en"), "ar", False),
        (("en", "fr"), ("uk", "fr;q=0.9, en;q=0.5"), "fr", True),
        (("en", "fa"), ("ar", "ti"), "en", True),
        (("uk", "en"), ("fr", ""), "uk", True),
        (("ti",), ("en", "en"), "ti", True),
    ],
)
def test_each_reads_her_language(
    school: School,
    browse: Open,
    *,
    tags: tuple[str, ...],
    reads: tuple[str, str],
    shown: str,
    fallback: bool,
) -> None:
    announce(school, *tags)
    reader, accepts = reads
    school.ben.language = reader
    db.session.commit()
    ben = browse(school.ben)
    message = messages_of(school.ben)[0].public_id
    page = ben.page(f"/messages/{message}", **{"Accept-Language": accepts})
    direction = "rtl" if shown in {"ar", "fa"} else "ltr"
    assert f'<article class="card prose message-text" lang="{shown}" dir="{direction}">' in page
    assert ('<div class="notice info"' in page) == fallback
    # Every other language is one tap away.
    for tag in set(tags) - {shown}:
        assert f"Text {tag}" in ben.page(f"/messages/{message}?in={tag}")


def test_a_message_is_new_until_it_is_opened(school: School, browse: Open) -> None:
    announce(school)
    announce(school)
    ben = browse(school.ben)
    assert "2 new messages" in ben.page("/courses")
    assert "Title en" in ben.page("/week")
    first, second = messages_of(school.ben)
    ben.page(f"/messages/{first.public_id}")
    assert "1 new message<" in ben.page("/messages")
    assert ben.post("/messages/read").status_code == 303
    assert "new message" not in ben.page("/messages")
    assert messages_of(school.ben)[1].read_at is not None
    # Dina's are as new as before.
    assert all(message.read_at is None for message in messages_of(school.dina))
    browse(school.dina).page(f"/messages/{second.public_id}", 404)


def test_what_is_over_leaves_the_list_and_the_count(school: School, browse: Open) -> None:
    announce(school, expires_at=utcnow() + timedelta(hours=1))
    assert services.header_of(school.ben).new == 1
    assert services.header_of(school.ben, utcnow() + timedelta(hours=2)).new == 0
    message = messages_of(school.ben)[0]
    message.hidden_from = utcnow()
    db.session.commit()
    ben = browse(school.ben)
    assert "Title en" not in ben.page("/messages")
    assert "This message is over" in ben.page(f"/messages/{message.public_id}")


def test_the_list_goes_on_where_the_page_ended(school: School, browse: Open) -> None:
    for number in range(45):
        notify([school.ben.id], "place_changed", {"old": f"Class {number:02}"}, "/week")
    db.session.commit()
    ben = browse(school.ben)
    seen: list[str] = []
    path = "/messages"
    while path:
        page = ben.page(path)
        seen += [f"{number:02}" for number in range(45) if f"Class {number:02}" in page]
        if path == "/messages":  # one more comes while she reads: no entry is skipped or comes twice
            notify([school.ben.id], "place_changed", {"old": "Newest"}, "/week")
            db.session.commit()
        after = page.split('class="button after" href="')
        path = after[1].split('"')[0] if len(after) > 1 else ""
    assert sorted(seen) == [f"{number:02}" for number in range(45)]
    ben.page("/messages?before=nothing", 404)


def test_pages_ask_as_much_of_the_database_for_many_as_for_one(
    school: School, browse: Open, queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    ben, ada = browse(school.ben), browse(school.ada)
    announce(school, "en", "ar")
    listed = f"/classes/{school.cohort.public_id}/announcements"
    pages = [(ben, "/messages"), (ben, "/week"), (ben, "/courses"), (ada, listed)]
    few = [len(queries(lambda who=who, path=path: who.page(path))) for who, path in pages]  # type: ignore[misc]
    for _ in range(15):
        announce(school, "en", "ar", "fr")
        notify([school.ben.id], "place_changed", {"old": "A"}, "/week")
    db.session.commit()
    many = [len(queries(lambda who=who, path=path: who.page(path))) for who, path in pages]  # type: ignore[misc]
    assert many == few
    counting = [one for one in queries(lambda: ben.page("/courses")) if "count(" in one and "message" in one]
    assert len(counting) == 1


def test_the_header_count_reads_an_index(school: School, app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan of an almost empty table says nothing on PostgreSQL")
    plan = db.session.execute(
        db.text(
            "EXPLAIN QUERY PLAN SELECT id FROM message"
            " WHERE user_id = 1 AND read_at IS NULL AND hidden_from > '2026' LIMIT 100"
        )
    ).all()
    assert any("ix_message_unread" in row[3] for row in plan), plan


def test_a_notice_is_put_into_words_when_it_is_read(school: School, browse: Open) -> None:
    place = school.ben.enrolments[0]
    change_place(
        place, EnrolmentStatus.MOVED, school.cora, reason=Reason.OTHER_COURSE, to_cohort=school.beside
    )
    db.session.commit()
    message = messages_of(school.ben)[0]
    assert message.params["new"] == "Weekend class"
    ben = browse(school.ben)
    assert "You have moved from" in ben.page("/messages")
    school.ben.language = "fr"
    db.session.commit()
    assert "Votre travail vous a suivi." in ben.page("/messages")
    answer = ben.client.get(f"/messages/{message.public_id}")
    assert (answer.status_code, answer.location) == (303, "/week")
    assert messages_of(school.ben)[0].read_at is not None


def test_a_name_cannot_break_out_of_a_notice(school: School, browse: Open) -> None:
    notify([school.ben.id], "place_changed", {"old": "<b>\u202e%(old)s"}, "/week")
    db.session.commit()
    page = browse(school.ben).page("/messages")
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_a_notice_is_part_of_the_transaction_that_makes_it(school: School) -> None:
    notify([school.ben.id, school.ben.id], "place_changed", {"old": "A"}, "/week")
    assert db.session.query(Message).count() == 1
    db.session.rollback()
    assert db.session.query(Message).count() == 0


def test_a_notice_nobody_can_read_is_refused(app: Flask, school: School) -> None:
    with pytest.raises(ValueError, match="how"):
        notify([school.ben.id], "unheard_of", {}, "/week")
    for url in ("https://evil.example/", "//evil.example", "week"):
        with pytest.raises(ValueError, match="this site"):
            notify([school.ben.id], "place_changed", {}, url)
    with pytest.raises(ValueError, match="cannot be"):
        say(app, "announcement", str)
