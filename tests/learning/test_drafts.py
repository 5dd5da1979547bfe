"""Drafts: kept with a version, so that two tabs never overwrite each other silently."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core.db import db
from lms.learning.models import Draft
from lms.learning.services import LARGEST_DRAFT
from tests.factories import School, csrf_token

DRAFT = "/courses/first-steps-python/01-hello/double/draft"
EXERCISE = DRAFT.removesuffix("/draft")


def put(client: FlaskClient, text: str, version: object, name: str = "solution.py") -> TestResponse:
    return client.put(
        DRAFT,
        json={"files": {name: text}, "version": version},
        headers={"X-CSRFToken": csrf_token(client, "/me"), "Accept": "application/json"},
    )


def test_a_draft_is_kept_and_comes_back(ben: FlaskClient, school: School) -> None:
    first = put(ben, "one\r\ntwo", 0)
    assert (first.status_code, first.json) == (200, {"version": 1})
    assert put(ben, "three <b>", 1).json == {"version": 2}
    kept = db.session.query(Draft).one()
    assert (kept.user_id, kept.files, kept.version) == (school.ben.id, {"solution.py": "three <b>"}, 2)
    page = ben.get(EXERCISE).get_data(as_text=True)
    assert "three &lt;b&gt;</textarea>" in page
    assert 'data-draft-version="2"' in page


def test_without_a_newer_draft_the_last_hand_in_is_what_is_edited(ben: FlaskClient) -> None:
    def hand_in(text: str) -> None:
        form = {"csrf_token": csrf_token(ben, "/me"), "code": text}
        assert ben.post(f"{EXERCISE}/submissions", data=form).status_code == 303

    hand_in("# handed in")
    assert "# handed in</textarea>" in ben.get(EXERCISE).get_data(as_text=True)
    put(ben, "# written after", 0)
    assert "# written after</textarea>" in ben.get(EXERCISE).get_data(as_text=True)
    hand_in("# handed in again")
    page = ben.get(EXERCISE).get_data(as_text=True)
    assert "# handed in again</textarea>" in page
    assert 'data-draft-version="1"' in page


def test_line_ends_are_made_the_same(ben: FlaskClient) -> None:
    put(ben, "one\r\ntwo", 0)
    assert db.session.query(Draft).one().files == {"solution.py": "one\ntwo"}


def test_the_slower_tab_is_told_and_shown_the_other_text(ben: FlaskClient) -> None:
    put(ben, "first tab", 0)
    for version in (0, 7):
        late = put(ben, "second tab", version)
        assert late.status_code == 409
        assert late.json is not None
        assert late.json["files"] == {"solution.py": "first tab"}
        assert late.json["version"] == 1
    assert db.session.query(Draft).one().files == {"solution.py": "first tab"}
    assert put(ben, "mine after all", 1).status_code == 200


def test_the_same_text_again_is_no_conflict(ben: FlaskClient) -> None:
    """The answer was lost on the way, or the page was loaded anew while it was sent: it is sent again."""
    put(ben, "one", 0)
    put(ben, "two", 1)
    for version in (0, 1, 7):
        assert put(ben, "two", version).json == {"version": 2}
    assert put(ben, "one", 1).status_code == 409
    assert db.session.query(Draft).one().version == 2


@pytest.mark.parametrize("version", [-1, "1", None, True, 1.5])
def test_a_version_is_a_number(ben: FlaskClient, version: object) -> None:
    assert put(ben, "x", version).status_code == 400


def test_only_the_files_of_the_exercise_and_not_too_much(ben: FlaskClient) -> None:
    assert put(ben, "x", 0, name="../../etc/passwd").status_code == 400
    assert put(ben, "x" * (LARGEST_DRAFT + 1), 0).status_code == 400
    assert put(ben, "x", 3).status_code == 400  # a version of a draft that is not there
    assert db.session.query(Draft).count() == 0


def test_drafts_are_per_person_and_not_for_outsiders(ben: FlaskClient, cleo: FlaskClient) -> None:
    put(ben, "mine", 0)
    assert put(cleo, "hers", 0).status_code == 404
    assert db.session.query(Draft).count() == 1


def test_a_draft_without_token_is_refused(ben: FlaskClient) -> None:
    assert ben.put(DRAFT, json={"files": {"solution.py": "x"}, "version": 0}).status_code == 400


def test_a_person_s_drafts_go_with_her(ben: FlaskClient, school: School) -> None:
    put(ben, "one", 0)
    db.session.delete(school.ben)
    db.session.commit()
    assert db.session.query(Draft).count() == 0
