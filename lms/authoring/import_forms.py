"""Forms of an import: what is sent and where it goes, and the last word on it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.authoring.models import LONGEST_SLUG
from lms.programmes.forms import Line, options

_NEEDED = InputRequired(_l("Please fill this in."))
_LINE = Length(max=200, message=_l("That is too long. Use at most 200 characters."))
_SLUG = Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Use small Latin letters, digits and hyphens."))
_SLUG_LENGTH = Length(max=LONGEST_SLUG, message=_l("That is too long. Use at most 64 characters."))
_LATIN = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is sent."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file first."))],
        description=_l(
            "A zip file or a notebook (.ipynb), 20 megabytes at most. If your connection breaks while it is sent, "
            "nothing has happened: send it again, or send it in smaller parts."
        ),
        render_kw={"accept": ".zip,.ipynb"},
    )
    kind = SelectField(_l("What is it?"), description=_l("If you are not sure, leave it as it is."))
    into = SelectField(_l("Where shall it go?"))
    outputs = RadioField(
        _l("Outputs of cells in notebooks"),
        choices=options(
            [
                ("drop", _l("Leave them out: people see them when they run the cells")),
                ("keep", _l("Keep them as text below the cells")),
            ]
        ),
        default="drop",
    )
    title = Line(
        _l("Title of the new course"),
        [Optional(), _LINE],
        description=_l("May stay empty: then it is made from the file. A package has its own."),
    )
    language = SelectField(_l("Language in which it is written"), [_NEEDED])
    licence = StringField(
        _l("Licence"),
        [Optional(), _LINE],
        default="CC-BY-4.0",
        description=_l("Who made it says under which licence it may be used. Bring only what you may use."),
        render_kw=_LATIN,
    )
    programme = SelectField(
        _l("Programme"), validate_choice=False, description=_l("Its coordinators look after the course.")
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Yes, with the short name that a new course gets."""

    slug = StringField(
        _l("Short name for addresses"),
        [Optional(), _SLUG_LENGTH, _SLUG],
        description=_l("Small Latin letters, digits and hyphens. It cannot be changed later."),
        render_kw=_LATIN,
    )
