"""What a round looks at, its criteria and its texts, as coordinators write them."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.admissions import criteria
from lms.admissions.access import access_criterion, access_round
from lms.admissions.evidence import refusal
from lms.admissions.forms import MOST_LEVELS, EvidenceForm, RuleForm, criterion_form, texts_form
from lms.admissions.models import Criterion, Round, Stage
from lms.admissions.pages import criterion_words, lesson_title, round_page
from lms.admissions.views import TOLD, bp, number_of, status_of
from lms.admissions.words import measure_words, refused_words, stage_words
from lms.core.db import db
from lms.core.errors import PasserelleError
from lms.programmes.forms import options
from lms.programmes.pages import course_title, language_name
from lms.programmes.services import all_courses


@bp.route("/rounds/<round_id>/evidence", methods=["GET", "POST"])
def edit_evidence(round_id: str) -> Response | tuple[str, int]:
    """Change what is gathered from coursework, and the pool of tasks."""
    screening = access_round(round_id)
    form = _evidence_form(screening)
    if form.validate_on_submit():
        try:
            criteria.plan_evidence(screening, _evidence(form), number_of(form.version.data))
            db.session.commit()
            flash(gettext("This is saved."), "success")
            return redirect(url_for(".edit_evidence", round_id=round_id), 303)
        except TOLD as error:
            db.session.rollback()
            form.courses.errors = [error.sentence]
            screening = access_round(round_id)
    return _evidence_page(screening, form, RuleForm(formdata=None)), status_of(form)


@bp.post("/rounds/<round_id>/rules")
def change_rules(round_id: str) -> Response | tuple[str, int]:
    """Look at one thing more, or at one less. What is never looked at is refused with its reason."""
    screening, form = access_round(round_id), RuleForm()
    try:
        if "drop" in request.form:
            criteria.drop_rule(screening, request.form["drop"])
        elif form.validate():
            criteria.set_rule(screening, form.measure.data, form.guide.data)
    except TOLD as error:
        db.session.rollback()
        form.measure.errors = [error.sentence]
        screening = access_round(round_id)
    if form.errors or form.measure.errors:
        return _evidence_page(screening, _evidence_form(screening, fresh=True), form), 422
    db.session.commit()
    return redirect(url_for(".edit_evidence", round_id=round_id, _anchor="rules"), 303)


@bp.route("/rounds/<round_id>/criteria", methods=["GET", "POST"])
def edit_criteria(round_id: str) -> Response | tuple[str, int]:
    """What the round is about, in each language, and its criteria."""
    screening = access_round(round_id)
    tags = _tags(screening)
    form = texts_form(tags, {row.language: row.about for row in screening.texts})
    if form.validate_on_submit():
        try:
            texts = {tag: form[f"about_{number}"].data for number, (tag, _) in enumerate(tags)}
            criteria.set_about(screening, texts)
            db.session.commit()
            flash(gettext("The texts are saved."), "success")
            return redirect(url_for(".edit_criteria", round_id=round_id), 303)
        except TOLD as error:
            db.session.rollback()
            form["about_0"].errors = [error.sentence]
            screening = access_round(round_id)
    page = round_page(
        "admissions/criteria.html",
        screening,
        "admissions.edit_criteria",
        form=form,
        fields=[form[f"about_{number}"] for number in range(len(tags))],
        criteria=[(one, *criterion_words(screening, one)) for one in screening.criteria],
        stages=stage_words(),
        may_add=len(screening.criteria) < criteria.MOST_CRITERIA,
    )
    return page, status_of(form)


@bp.route("/rounds/<round_id>/criteria/new", methods=["GET", "POST"])
def new_criterion(round_id: str) -> Response | tuple[str, int]:
    """A new criterion."""
    return _criterion_page(access_round(round_id), None)


@bp.route("/rounds/<round_id>/criteria/<int:number>", methods=["GET", "POST"])
def edit_criterion(round_id: str, number: int) -> Response | tuple[str, int]:
    """Change a criterion, or take it out."""
    screening = access_round(round_id)
    return _criterion_page(screening, access_criterion(screening, number))


def _evidence_form(screening: Round, *, fresh: bool = False) -> EvidenceForm:
    data = {
        "version": str(screening.version),
        "courses": screening.courses,
        "stretch": screening.stretch,
        "baseline_lesson": screening.baseline_lesson or "",
        "task_course": screening.task_course or "",
        "task_count": screening.task_count,
    }
    form = EvidenceForm(formdata=None, data=data) if fresh else EvidenceForm(data=data)
    known = all_courses()
    lessons = [
        (lesson.key, lesson_title(lesson.key))
        for slug in screening.courses
        if slug in known
        for lesson in known[slug].lessons
        if lesson.exercises
    ]
    none = ("", gettext("– none –"))
    titles = [(slug, course_title(slug)) for slug in known]
    form.courses.choices = options(titles)
    form.stretch.choices = options(lessons)
    form.baseline_lesson.choices = options([none, *lessons])
    form.task_course.choices = options([none, *titles])
    return form


def _evidence(form: EvidenceForm) -> criteria.EvidencePlan:
    return criteria.EvidencePlan(
        courses=tuple(form.courses.data),
        stretch=tuple(form.stretch.data or ()),
        baseline_lesson=form.baseline_lesson.data or None,
        task_course=form.task_course.data or None,
        task_count=form.task_count.data or 0,
    )


def _evidence_page(screening: Round, form: EvidenceForm, rule_form: RuleForm) -> str:
    words, refused = measure_words(), refused_words()
    # What is refused stands in the list too: whoever looks for it finds it, and reads why.
    rule_form.measure.choices = options([*words.items(), *refused.items()])
    return round_page(
        "admissions/evidence.html",
        screening,
        "admissions.edit_evidence",
        form=form,
        rule_form=rule_form,
        measures=words,
        rules=sorted(screening.rules, key=lambda rule: list(words).index(rule.measure)),
        refused=[(text, refusal(name)) for name, text in refused.items()],
    )


def _tags(screening: Round) -> list[tuple[str, str]]:
    return [(tag, language_name(tag)) for tag in screening.languages]


def _criterion_page(screening: Round, criterion: Criterion | None) -> Response | tuple[str, int]:
    tags = _tags(screening)
    form = criterion_form(
        tags,
        {row.language: (row.name, row.words) for row in criterion.texts} if criterion else {},
        [row.anchor for row in criterion.levels] if criterion else [],
        criterion.stage if criterion else Stage.COURSEWORK,
    )
    words = stage_words()
    form.stage.choices = options(
        (row.stage, words[row.stage])
        for row in sorted(screening.stages, key=lambda row: list(Stage).index(row.stage))
        if row.stage != Stage.DECISION
    )
    if form.is_submitted():
        try:
            if criterion is not None and request.form.get("action") == "drop":
                criteria.drop_criterion(screening, criterion)
            elif form.validate():
                criteria.save_criterion(screening, criterion, _criterion(form, tags))
            if not form.errors:
                db.session.commit()
                return redirect(url_for(".edit_criteria", round_id=screening.public_id), 303)
        except PasserelleError as error:
            db.session.rollback()
            screening = access_round(screening.public_id)
            form.stage.errors = [error.sentence]
    page = round_page(
        "admissions/criterion.html",
        screening,
        "admissions.edit_criteria",
        form=form,
        number=criterion.id if criterion is not None else None,
        blocks=[(name, form[f"name_{n}"], form[f"words_{n}"]) for n, (_, name) in enumerate(tags)],
        levels=[form[f"level_{level}"] for level in range(MOST_LEVELS)],
    )
    return page, status_of(form)


def _criterion(form: object, tags: list[tuple[str, str]]) -> criteria.CriterionWords:
    data = form.data  # type: ignore[attr-defined]  # a form whose fields depend on the round's languages
    return criteria.CriterionWords(
        stage=Stage(data["stage"]),
        texts={tag: (data[f"name_{n}"], data[f"words_{n}"]) for n, (tag, _) in enumerate(tags)},
        anchors=[data[f"level_{level}"] for level in range(MOST_LEVELS) if data[f"level_{level}"]],
    )
