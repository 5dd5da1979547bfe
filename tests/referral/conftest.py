"""Two installations, each with its own database, instance folder, keys and people."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from jwt.api_jws import PyJWS
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from lms.accounts.models import Cohort, User
from lms.app import create_app
from lms.catalog.services import get_course, remember_version
from lms.core.db import db, utcnow
from lms.referral.envelope import read_keys
from lms.referral.keys import signing_key
from lms.referral.models import Referral, ReferralImport
from lms.referral.schools import fingerprint
from lms.submissions.models import Status, Submission
from tests.conftest import make_tables
from tests.factories import COURSE, csrf_token, make_school, sign_in

_numbers = count(1)
STATEMENT = "I want to build things. أريد أن أتعلم."


class Alone(FlaskClient):
    """A client whose requests have a context of their own, whatever site's context is open around them."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass
class Site:
    """One installation. What is done in it is done in a context of its own application."""

    app: Flask
    folder: Path
    address: str
    slug: str = ""
    open_browsers: dict[str, Visitor] = field(default_factory=dict)

    @contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context():
            yield

    @property
    def receiver(self) -> str:
        """The address of Ben's programme here."""
        return f"{self.address}/programmes/{self.slug}"

    def person(self, name: str) -> User:
        found = db.session.scalar(select(User).where(User.name == name))
        assert found is not None
        return found

    def browser(self, name: str = "") -> Visitor:
        """Somebody's browser; the one that she has open already, if she has."""
        if name not in self.open_browsers:
            with self.inside():
                client = self.app.test_client()
                if name:
                    sign_in(client, self.person(name))
                self.open_browsers[name] = Visitor(client, csrf_token(client, "/sign-in?other=1"))
        return self.open_browsers[name]

    def keys_text(self) -> str:
        return self.browser().page("/.well-known/passerelle-keys.json")

    def told(self) -> str:
        """The fingerprint as somebody of this school reads it out."""
        return fingerprint(read_keys(self.keys_text())).upper().replace(" ", "-")

    def sign_as_school(self, payload: Mapping[str, Any], **header: Any) -> str:
        """Whatever this school's own key signs."""
        key = signing_key(self.folder)
        return PyJWS().encode(
            json.dumps(payload).encode(),
            key.private,
            "EdDSA",
            {"typ": "vc+jwt", "cty": "vc", "kid": key.public.id, **header},
        )


@dataclass
class Visitor:
    """A browser, with the token of its forms."""

    client: FlaskClient
    token: str

    def page(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return answer.get_data(as_text=True)

    def post(self, path: str, **data: Any) -> TestResponse:
        return self.client.post(
            path, data={"csrf_token": self.token, **data}, content_type="multipart/form-data"
        )

    def send_file(self, path: str, content: str | bytes, **data: Any) -> TestResponse:
        raw = content.encode() if isinstance(content, str) else content
        return self.post(path, file=(io.BytesIO(raw), "referral.jwt"), **data)


def passed(user: User, cohort: Cohort, number: int = 3) -> list[str]:
    """So many exercises of the course, handed in and passed."""
    course = get_course(current_app.config["COURSES_DIR"], COURSE)
    assert course is not None
    exercises = list(course.exercises)[:number]
    for exercise in exercises:
        db.session.add(
            Submission(
                user_id=user.id,
                cohort_id=cohort.id,
                exercise_key=exercise.key,
                exercise_version=remember_version(exercise).hash,
                client_key=f"key-{next(_numbers)}",
                files={"main.py": "print(1)"},
                received_at=utcnow() - timedelta(days=2),
                status=Status.GRADED,
                outcome="passed",
                graded_at=utcnow(),
            )
        )
    db.session.commit()
    return [exercise.title for exercise in exercises]


MakeSite = Callable[[str], Site]


@pytest.fixture
def make_site(
    settings: dict[str, object], tmp_path: Path, compiled_templates: Any, compiled_addresses: None
) -> Iterator[MakeSite]:
    """Another installation with the usual people, under this name."""
    made = []

    def make(name: str) -> Site:
        folder = tmp_path / name
        app = create_app(
            {
                **settings,
                "INSTANCE_DIR": folder,
                "SQLALCHEMY_DATABASE_URI": "sqlite://",
                "SECRET_KEY": f"for tests only: {name} keeps nothing behind it 0123456789",
                "TRUSTED_HOSTS": [name, "localhost"],
                "SITE_URL": f"http://{name}",
            }
        )
        app.test_client_class = Alone
        app.jinja_env.bytecode_cache = compiled_templates
        site = Site(app, folder, f"http://{name}")
        with app.app_context():
            make_tables()
            school = make_school()
            site.slug = school.cohort.programme.slug
            school.cohort.programme.name = f"School of {name}"
            db.session.commit()
            passed(school.ben, school.cohort)
        made.append(app)
        return site

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def here(make_site: MakeSite) -> Site:
    """The school that sends."""
    return make_site("evening.example")


@pytest.fixture
def there(make_site: MakeSite, here: Site) -> Site:
    """The school that receives."""
    return make_site("bootcamp.example")


def choices(site: Site, to: str, /, **more: Any) -> dict[str, Any]:
    """What Ben fills in: everything goes along."""
    return {
        "receiver": "",
        "receiver_name": "The other school",
        "address": to,
        "receiver_language": "ar",
        "purpose": "admission",
        "days": "90",
        "chosen": ["name", f"steps:{COURSE}"],
        "statement": STATEMENT,
        **more,
    }


def draft(site: Site, to: str, /, **more: Any) -> tuple[Visitor, str]:
    """A referral up to the page that shows what it will say; the browser and the page's path."""
    visitor = site.browser("Ben")
    answer = visitor.post(f"/referrals/new/{site.slug}", **choices(site, to, **more))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return visitor, str(answer.location)


def sign(visitor: Visitor, path: str) -> str:
    """Sign what the page shows; the file."""
    found = re.search(r'name="version" value="(\d+)"', visitor.page(path))
    assert found is not None
    answer = visitor.post(f"{path}/sign", version=found[1])
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return visitor.page(f"{path}/file")


def signed(site: Site, to: str, /, **more: Any) -> str:
    """A signed referral of Ben's, as a file."""
    return sign(*draft(site, to, **more))


def trust(site: Site, other: Site, coordinator: str = "Cora", **more: Any) -> TestResponse:
    """Let the coordinator trust the other school, as its people tell her."""
    form = {
        "name": f"School of {other.address}",
        "address": other.receiver,
        "keys": other.keys_text(),
        "told": other.told(),
        **more,
    }
    return site.browser(coordinator).post(f"/programmes/{site.slug}/schools", **form)


def take_in(site: Site, package: str | bytes, purpose: str = "admission", **more: Any) -> TestResponse:
    """Cora takes in a file."""
    return site.browser("Cora").send_file(
        f"/programmes/{site.slug}/referrals", package, purpose=purpose, **more
    )


def only_import(site: Site) -> ReferralImport:
    """The one that came in, as it is now."""
    db.session.expire_all()
    return db.session.scalars(select(ReferralImport)).one()


def only_referral(site: Site) -> Referral:
    """The one that was made, as it is now."""
    db.session.expire_all()
    return db.session.scalars(select(Referral)).one()


def paper_code(site: Site) -> str:
    """Cora makes a code on paper."""
    with site.inside():
        path = f"/programmes/{site.slug}/referrals/{only_import(site).public_id}"
    page = site.browser("Cora").post(path, action="code").get_data(as_text=True)
    found = re.search(r'class="code-words"[^>]*>([A-Z0-9-]{14})<', page)
    assert found is not None, page
    return found[1]


def queries(site: Site, path: str, who: str) -> int:
    """How many statements a page takes."""
    found: list[str] = []
    with site.inside():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    site.browser(who).page(path)
    event.remove(engine, "before_cursor_execute", note)
    return len(found)
