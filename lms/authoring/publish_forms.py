"""What is asked before a course is published, and which version a class reads."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

_NOTE = Length(max=500, message=_l("That is too long. Use at most 500 characters."))


class ClassesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which running classes go along. `number` is the version that the page was made for."""

    number = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    moving = SelectMultipleField(
        _l("Which running classes read the new version at once?"),
        [Optional()],
        description=_l(
            "A class that you do not tick stays at the version that it has."
            " Work that was handed in always keeps its own."
        ),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class PublishForm(ClassesForm):
    """A publication of the draft; `base` is the commit that the page showed."""

    base = HiddenField()
    note = TextAreaField(
        _l("What is new?"),
        [Optional(), _NOTE],
        description=_l("For those who teach with the course. May stay empty."),
        render_kw={"dir": "auto", "rows": 3},
    )


class HoldForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The version of one course that a class reads."""

    version = SelectField(_l("Version"), [InputRequired()])
