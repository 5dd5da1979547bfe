"""The report on fairness of a round, for its coordinators: once all decisions are told, and once for all."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.admissions import report_words as words
from lms.admissions import reporting
from lms.admissions.access import access_round
from lms.admissions.fairness import Rate, compare, losses
from lms.admissions.pages import round_page
from lms.admissions.report_models import FairnessReport
from lms.admissions.views import bp
from lms.admissions.words import stage_words
from lms.core.db import db
from lms.core.i18n import current_language
from lms.core.sheets import Cell, Table, download


@bp.get("/rounds/<round_id>/fairness")
def show_fairness(round_id: str) -> str:
    """The report, or what is missing before it can be made."""
    screening = access_round(round_id)
    report = reporting.report_of(screening)
    body = report.body if report is not None else {"totals": [], "stages": [], "tables": []}
    return round_page(
        "admissions/fairness.html",
        screening,
        "admissions.show_fairness",
        report=report,
        missing="" if report is not None else reporting.what_is_missing(screening),
        total=Rate(body["totals"][-1], sum(body["totals"])) if sum(body["totals"]) else None,
        losses=losses(body["totals"], body["stages"]),
        found=compare(body),
        stages=stage_words(),
        questions=words.question_words(),
        words=words,
    )


@bp.post("/rounds/<round_id>/fairness")
def make_fairness(round_id: str) -> Response:
    """Make the report. There is no way to make it again."""
    screening = access_round(round_id)
    try:
        reporting.make(screening, current_person())
        db.session.commit()
        flash(gettext("The report is made. It does not change any more."), "success")
    except (reporting.NotYet, reporting.ReportThere) as error:
        db.session.rollback()
        flash(str(error.sentence), "error")
    return redirect(url_for(".show_fairness", round_id=round_id), 303)


@bp.get("/rounds/<round_id>/fairness.<any(csv, xlsx):kind>")
def export_fairness(round_id: str, kind: str) -> Response:
    """The report as a table to take away: what the page shows, and nothing else."""
    screening = access_round(round_id)
    report = reporting.report_of(screening)
    if report is None:
        return redirect(url_for(".show_fairness", round_id=round_id), 303)  # which says what is missing
    name = gettext("Fairness")
    table = Table(name, _header(report), _rows(report), rtl=current_language().dir == "rtl")
    return download(table, kind, f"fairness-{screening.name}-{report.made_at:%Y-%m-%d}")


def _header(report: FairnessReport) -> list[str]:
    stages = stage_words()
    return [
        gettext("Question"), gettext("Group"), gettext("Applied"), gettext("Offered a seat"),
        *(gettext("Stopped at: %(stage)s", stage=stages[stage]) for stage in report.body["stages"]),
        gettext("Per cent of the highest share"), gettext("p (Fisher, Holm)"), gettext("Four fifths"),
    ]  # fmt: skip


def _rows(report: FairnessReport) -> list[list[Cell]]:
    questions, stages = words.question_words(), report.body["stages"]
    totals = report.body["totals"]
    rows: list[list[Cell]] = [
        [gettext("Everybody"), "", sum(totals), totals[-1], *totals[:-1], None, None, None]
    ]
    for found in compare(report.body):
        if not found.standings:
            rows.append([questions[found.question], gettext("not shown"), *([None] * (len(stages) + 5))])
        for one in found.standings:
            lost = {loss.stage: loss.rate.part for loss in one.losses}
            rows.append(
                [
                    questions[found.question],
                    words.group_words(found.question, one.group),
                    one.selected.whole,
                    one.selected.part,
                    *(lost.get(stage, 0) for stage in stages),
                    float(one.ratio * 100) if one.ratio is not None else None,
                    float(one.chance) if one.chance is not None else None,
                    words.mark_words(one) if found.best is not None else None,
                ]
            )
    return rows
