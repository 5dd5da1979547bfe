"""A course that Ada writes: Mila translates it into Arabic, Cora coordinates its programme, Otto has no part in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.accounts.models import User
from lms.authoring.models import AuthoredCourse
from lms.authoring.repository import Repository
from lms.authoring.services import repository_of
from tests.authoring.publications import Bench
from tests.factories import School, csrf_token, make_authored, make_school, sign_in

collect_ignore = ["material"]
"""Test files of exercises that are imported."""


@pytest.fixture
def school(app: Flask) -> School:
    """Everybody."""
    return make_school()


@pytest.fixture
def course(school: School) -> AuthoredCourse:
    """The course."""
    return make_authored(school)


@pytest.fixture
def repository(course: AuthoredCourse) -> Repository:
    """Its repository."""
    return repository_of(course)


@pytest.fixture
def bench(app: Flask, school: School, tmp_path: Path) -> Bench:
    """Another course of Ada's, taken by two classes of her programme, with a worker and no sandbox."""
    return Bench(app, school, tmp_path / "small-draft")


class Writer:
    """Somebody in a browser of her own."""

    def __init__(self, app: Flask, user: User) -> None:
        self.user = user
        self.client: FlaskClient = app.test_client()
        sign_in(self.client, user)
        self.token = csrf_token(self.client, "/me")

    def page(self, path: str, status: int = 200) -> str:
        """The page at this address, as HTML."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.status_code
        return answer.get_data(as_text=True)

    def post(self, path: str, /, **data: object) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token, **data})

    def base(self, path: str) -> str:
        """The commit that the form of this page was made from."""
        found = re.search(r'name="base"[^>]*value="([0-9a-f]{40})"', self.page(path))
        assert found is not None
        return found[1]


Write = Callable[[User], Writer]


@pytest.fixture
def write(app: Flask) -> Write:
    """Open a browser for somebody."""
    return lambda user: Writer(app, user)
