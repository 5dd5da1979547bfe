"""A round of the demonstration school: from its evening class into the next full-time class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, Programme, ProgrammeStaff, Role, User
from lms.admissions import applications, criteria, rounds
from lms.admissions.application_models import FairnessQuestion, Level
from lms.admissions.models import Measure, Round, Stage
from lms.admissions.tasks import draw_for
from lms.core.db import db, utcnow
from lms.programmes.calendars import slots_of
from lms.programmes.demo import SLUG
from lms.programmes.demo_classes import BOOTCAMP_CLASS, EVENING_CLASS
from lms.programmes.planning import CohortPlan, save_cohort
from lms.programmes.schedule import Slot

NEXT_CLASS = "Full-time class"
APPLYING = 14
BEGINS_IN = timedelta(weeks=7)
COURSE, POOL = "first-steps-python", "web-first-steps"
ABOUT: Mapping[str, str] = {
    "en": "Seven weeks of learning, Monday to Friday, in a small group. It costs nothing, and there is childcare.",
    "fr": "Sept semaines de formation, du lundi au vendredi, en petit groupe. C’est gratuit, avec garde d’enfants.",
    "ar": "سبعة أسابيع من التعلّم، من الاثنين إلى الجمعة، في مجموعة صغيرة. مجانًا، ومع رعاية للأطفال.",
    "uk": "Сім тижнів навчання з понеділка до п’ятниці в невеликій групі. Безкоштовно, є догляд за дітьми.",
}
CRITERIA: tuple[tuple[Stage, Mapping[str, tuple[str, str]], tuple[str, ...]], ...] = (
    (
        Stage.COURSEWORK,
        {
            "en": ("Goes on after mistakes", "You try again, and use what people told you."),
            "fr": ("Continue après une erreur", "Vous réessayez et utilisez les conseils reçus."),
            "ar": ("الاستمرار بعد الخطأ", "تحاول من جديد وتستفيد مما قيل لك."),
            "uk": ("Не зупиняється після помилок", "Ви пробуєте знову й зважаєте на поради."),
        },
        (
            "Stops at the first mistake.",
            "Tries again.",
            "Tries again and uses feedback.",
            "Looks for feedback.",
        ),
    ),
    (
        Stage.TASK,
        {
            "en": ("Solves a small task alone", "You find your own way to a program that works."),
            "fr": ("Résout seul une petite tâche", "Vous trouvez vous-même un programme qui marche."),
            "ar": ("حلّ مهمة صغيرة وحدك", "تجد طريقك بنفسك إلى برنامج يعمل."),
            "uk": ("Сам розв’язує невелике завдання", "Ви самі доходите до програми, що працює."),
        },
        ("Nothing works yet.", "A part works.", "It works.", "It works, and others can read it."),
    ),
    (
        Stage.INTERVIEW,
        {
            "en": ("Knows what it is for", "You can say what you want to do with it."),
            "fr": ("Sait pourquoi", "Vous pouvez dire ce que vous voulez en faire."),
            "ar": ("معرفة الهدف", "تستطيع أن تقول ماذا تريد أن تفعل به."),
            "uk": ("Знає, навіщо", "Ви можете сказати, що хочете з цим робити."),
        },
        ("Cannot say yet.", "Has an idea.", "Has a plan.", "Has begun with it."),
    ),
)
WHY: tuple[tuple[str, str], ...] = (
    ("en", "I repaired phones at home. Now I want to make the programs in them."),
    ("ar", "كنت أعمل في المحاسبة، وأريد أن أكتب برامج تساعد المتاجر الصغيرة."),
    ("uk", "Я вчителька математики. Програмування — це теж пояснювати, тільки комп’ютеру."),
    ("fr", "J’ai appris seule avec des vidéos. Je veux apprendre avec d’autres et trouver un travail."),
    ("", ""),  # would rather talk
)


def seed_round() -> bool:
    """Put the round in, once; False when it is there or the school is not. The caller commits."""
    programme = db.session.scalar(select(Programme).where(Programme.slug == SLUG))
    if programme is None or db.session.scalar(select(Round.id).where(Round.programme_id == programme.id)):
        return False
    cohorts = db.session.scalars(select(Cohort).where(Cohort.programme_id == programme.id))
    known = {cohort.name: cohort for cohort in cohorts}
    author = db.session.scalar(
        select(User).join(ProgrammeStaff).where(ProgrammeStaff.programme_id == programme.id).limit(1)
    )
    if author is None or not {BOOTCAMP_CLASS, EVENING_CLASS} <= known.keys():
        return False
    screening = _round(programme, _next_class(programme, known[BOOTCAMP_CLASS]), utcnow())
    rounds.open_round(screening, author)
    for number, person in enumerate(_students(known[EVENING_CLASS])):
        _apply(screening, person, number)
    return True


def _next_class(programme: Programme, like: Cohort) -> Cohort:
    if like.track is None:
        raise LookupError("the bootcamp of the demonstration has no track")
    day = (utcnow() + BEGINS_IN).date()
    plan = CohortPlan(
        NEXT_CLASS, like.track, day - timedelta(days=day.weekday()), like.time_zone, like.region,
        like.teaching_language, like.place, like.link, childcare=True, seats=16,
        slots=tuple(Slot(slot.weekday, slot.starts, slot.minutes) for slot in slots_of(like)),
    )  # fmt: skip
    return save_cohort(programme, None, plan)[0]


def _round(programme: Programme, cohort: Cohort, now: datetime) -> Round:
    open_until = now + timedelta(days=12)
    days: dict[Stage, tuple[datetime, datetime] | None] = {
        Stage.COURSEWORK: None,
        Stage.TASK: (now - timedelta(days=2), open_until),
        Stage.LANGUAGE: (open_until, open_until + timedelta(days=5)),
        Stage.INTERVIEW: (open_until, open_until + timedelta(days=8)),
    }
    plan = rounds.RoundPlan(
        "Round for the full-time class", cohort, seats=16, waiting_size=6, opens_at=now - timedelta(days=2),
        closes_at=open_until, letters_on=(open_until + timedelta(days=14)).date(), answer_days=10, keep_days=180,
        open_to_partners=True, languages=tuple(ABOUT), working_language="en", stages=days,
    )  # fmt: skip
    screening = rounds.make_round(programme, plan)
    criteria.plan_evidence(
        screening,
        criteria.EvidencePlan(
            courses=(COURSE,), stretch=(f"{COURSE}/10-project",), baseline_lesson=f"{COURSE}/01-hello",
            task_course=POOL, task_count=3,
        ),
        screening.version,
    )  # fmt: skip
    for measure in (Measure.STRETCH, Measure.TASKS, Measure.GAIN):
        criteria.set_rule(screening, measure, None)
    criteria.set_about(screening, ABOUT)
    for stage, texts, anchors in CRITERIA:
        criteria.save_criterion(screening, None, criteria.CriterionWords(stage, texts, anchors))
    return screening


def _students(cohort: Cohort) -> list[User]:
    found = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status == EnrolmentStatus.ENROLLED,
        )
        .order_by(User.id)
        .limit(APPLYING)
    )
    return list(found)


def _apply(screening: Round, person: User, number: int) -> None:
    random = Random(number)  # noqa: S311  # the same school each time
    application = applications.begin(person, screening)
    language, words = WHY[number % len(WHY)]
    parts = tuple(
        random.sample(("weekday_mornings", "weekday_afternoons", "weekday_evenings", "saturdays"), 2)
    )
    steps: tuple[applications.Step, ...] = (
        applications.Why(words, language, not words),
        applications.When(random.randrange(20, 41, 5), parts),
        applications.Speaks(random.choice((Level.A2, Level.B1, Level.B1, Level.B2))),
        applications.Needs(
            laptop=number % 3 == 0,
            internet=False,
            childcare=number % 4 == 1,
            quiet_place=number % 5 == 2,
            other="",
        ),
        applications.ForFairness(
            {
                FairnessQuestion.GENDER: random.choice(("woman", "woman", "man", "rather_not")),
                FairnessQuestion.CARE: random.choice(("yes", "no", "")),
            }
        ),
    )
    for step in steps:
        applications.save_step(application, step, application.version)
    if number % 7 != 6:  # some are still writing
        applications.submit(application, application.version)
        draw_for(application)
