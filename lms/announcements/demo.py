"""What the classes of the demonstration school were told: two announcements each, in four languages."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment, Programme, Role, User
from lms.announcements.models import Announcement
from lms.announcements.services import Draft, Version, write
from lms.core.db import db, utcnow
from lms.programmes.demo import SLUG

WELCOME = (
    Version(
        "en",
        "Bring your questions",
        "This week we have time for questions.\n\n- Write them down.\n- Ask in **any language**.",
    ),
    Version(
        "fr",
        "Apportez vos questions",
        "Cette semaine, nous avons du temps pour les questions.\n\n"
        "- Notez-les.\n- Posez-les dans **n'importe quelle langue**.",
    ),
    Version(
        "ar",
        "أحضروا أسئلتكم",
        "هذا الأسبوع لدينا وقت للأسئلة.\n\n- اكتبوها.\n- اسألوا **بأي لغة**.",
    ),
    Version(
        "uk",
        "Приносьте свої запитання",
        "Цього тижня маємо час на запитання.\n\n- Запишіть їх.\n- Питайте **будь-якою мовою**.",
    ),
)
LAPTOPS = (
    Version(
        "en",
        "Laptops to borrow",
        "We have six laptops to borrow for the weekend. Tell Ada before Friday.",
    ),
    Version(
        "fr",
        "Ordinateurs à emprunter",
        "Nous avons six ordinateurs à emprunter pour le week-end. Dites-le à Ada avant vendredi.",
    ),
    Version(
        "ar",
        "حواسيب للإعارة",
        "لدينا ستة حواسيب محمولة للإعارة في نهاية الأسبوع. أخبروا Ada قبل يوم الجمعة.",
    ),
    Version(
        "uk",
        "Ноутбуки на вихідні",
        "Маємо шість ноутбуків, які можна взяти на вихідні. Скажіть Ada до пʼятниці.",
    ),
)


def seed_announcements() -> int:
    """Put in what is not there yet; how many that was. The caller commits."""
    programme = db.session.scalar(select(Programme).where(Programme.slug == SLUG))
    if programme is None:
        return 0
    known = set(
        db.session.scalars(select(Announcement.client_key).where(Announcement.programme_id == programme.id))
    )
    count = 0
    for cohort in programme.cohorts:
        author = _teacher(cohort)
        for name, versions in (("questions", WELCOME), ("laptops", LAPTOPS)):
            key = f"demo-{name}-{cohort.public_id}"
            if author is not None and key not in known:
                expires = utcnow() + timedelta(days=60)
                write(
                    programme, cohort, author, Draft(versions, "en", expires_at=expires, by_mail=False), key
                )
                count += 1
    return count


def _teacher(cohort: Cohort) -> User | None:
    query = select(User).join(Enrolment, Enrolment.user_id == User.id)
    return db.session.scalar(
        query.where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.INSTRUCTOR)
        .order_by(User.id)
        .limit(1)
    )
