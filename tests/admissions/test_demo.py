"""The demonstration school has a round that people apply in."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from lms.admissions import rounds
from lms.admissions.application_models import Application, ApplicationStatus, ScreeningTask
from lms.admissions.demo import NEXT_CLASS, seed_round
from lms.admissions.models import Round
from lms.core.db import db
from lms.programmes.demo import seed_demo


def test_the_demonstration_has_a_round_once(app):
    assert seed_round() is False
    seed_demo()
    assert seed_round() is True
    assert seed_round() is False
    db.session.commit()
    screening = db.session.scalars(select(Round)).one()
    assert rounds.takes_applications(screening)
    assert screening.cohort.name == NEXT_CLASS
    statuses = Counter(db.session.scalars(select(Application.status)))
    assert statuses == {ApplicationStatus.SUBMITTED: 12, ApplicationStatus.DRAFT: 2}
    assert len(db.session.scalars(select(ScreeningTask)).all()) == 36
