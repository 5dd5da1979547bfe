"""Forms of decisions, answers, second looks and ratings. Shapes only; services judge the content."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.admissions.decision_models import LONGEST_OBJECTION, LONGEST_REASON
from lms.admissions.models import LONGEST_NOTE, LONGEST_WORDS, Criterion
from lms.admissions.rating import Said

_NEEDED = InputRequired(_l("Please fill this in."))
_LONG = {"rows": 5, "dir": "auto"}


class DecisionForm(FlaskForm):  # type: ignore[misc]  # WTForms ships no types
    """A decision and its reason."""

    kind = RadioField(_l("What do you decide?"), validators=[InputRequired(_l("Choose one."))])
    reason = TextAreaField(
        _l("Why?"),
        [_NEEDED, Length(max=LONGEST_REASON)],
        description=_l(
            "The person reads this in the letter. Name what was done and what is missing, in plain words."
        ),
        render_kw=_LONG,
    )
    reason_language = SelectField(_l("In which language have you written it?"))
    other_programme = SelectField(_l("Which other programme?"))
    other_words = StringField(
        _l("Or say in words what fits better"), [Length(max=LONGEST_NOTE)], render_kw={"dir": "auto"}
    )
    come_back_on = DateField(_l("Can come back from"), [Optional()])


class SecondLookForm(DecisionForm):
    """What a second look comes to: the decision stays, or a new one takes its place."""

    answer = TextAreaField(
        _l("What do you say to the person?"),
        [_NEEDED, Length(max=LONGEST_REASON)],
        description=_l("The candidate reads this with the outcome of the second look."),
        render_kw=_LONG,
    )


class ObjectionForm(FlaskForm):  # type: ignore[misc]
    """A candidate asks for a second look."""

    text = TextAreaField(
        _l("What should we look at again?"),
        [InputRequired(_l("Write what we should look at again.")), Length(max=LONGEST_OBJECTION)],
        description=_l("Write in the language that is easiest for you."),
        render_kw=_LONG,
    )


class SettleForm(FlaskForm):  # type: ignore[misc]
    """What raters agreed on after they saw something differently."""

    note = TextAreaField(
        _l("What was agreed?"), [_NEEDED, Length(max=LONGEST_WORDS)], render_kw={"rows": 2, "dir": "auto"}
    )


def read_said(form: MultiDict[str, str], criteria: list[Criterion]) -> dict[int, Said]:
    """Levels and words by criterion, as the form of a rating sends them."""
    said = {}
    for criterion in criteria:
        level = form.get(f"level-{criterion.id}", "")
        words = form.get(f"words-{criterion.id}", "")
        said[criterion.id] = Said(_number(level), words)
    return {number: one for number, one in said.items() if one.level is not None or one.words.strip()}


def read_levels(form: MultiDict[str, str], criteria: list[Criterion]) -> dict[int, int]:
    """The levels alone, as the form of an example sends them."""
    levels: dict[int, Any] = {one.id: _number(form.get(f"level-{one.id}", "")) for one in criteria}
    return {number: level for number, level in levels.items() if level is not None}


def read_version(form: MultiDict[str, str]) -> int:
    """The version that the form was made from; 0, which none is, for anything else."""
    return _number(form.get("version", "")) or 0


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else None
