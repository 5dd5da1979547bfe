"""Forms of referrals: what goes along, what comes in, and which school is trusted."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from lms.programmes.forms import Line, options
from lms.referral.models import LONGEST_ADDRESS, LONGEST_MESSAGE, LONGEST_STATEMENT, Purpose

_NEEDED = InputRequired(_l("Please fill this in."))
_CHOOSE = InputRequired(_l("Choose one."))
_NAME = Length(max=120, message=_l("That is too long. Use at most 120 characters."))
_ADDRESS_HINTS = {
    "dir": "ltr",
    "inputmode": "url",
    "autocomplete": "off",
    "autocapitalize": "none",
    "spellcheck": "false",
}
_CODE_HINTS = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
_PURPOSES = options(
    [
        (Purpose.ADMISSION, _l("To apply for a place")),
        (Purpose.PLACEMENT, _l("To go on in a course that fits better")),
        (Purpose.RECOGNITION, _l("To have finished steps counted")),
    ]
)
OTHER = ""
"""A receiver that is not on the list: its address is written."""


class _Boxes(SelectMultipleField):  # type: ignore[misc]  # WTForms ships no types
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ReferralForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What goes along, for whom, what for, until when."""

    receiver = SelectField(_l("For which school?"), default=OTHER)
    receiver_name = Line(_l("Name of the other school"), [_NAME])
    address = StringField(
        _l("Address that the other school gave you"),
        [Length(max=LONGEST_ADDRESS, message=_l("That is too long."))],
        description=_l(
            "It looks like https://school.example/programmes/bootcamp. Only this school can use it."
        ),
        render_kw=_ADDRESS_HINTS,
    )
    receiver_language = SelectField(_l("Language of the other school"), [_NEEDED])
    purpose = RadioField(_l("What may the school use it for?"), [_CHOOSE], choices=_PURPOSES)
    days = RadioField(
        _l("How long does it count?"),
        choices=options(
            [
                ("30", _l("One month")),
                ("90", _l("Three months")),
                ("180", _l("Half a year")),
                ("365", _l("One year")),
            ]
        ),
        default="90",
    )
    chosen = _Boxes(_l("What goes along?"))
    statement = TextAreaField(
        _l("Something in your own words"),
        [Length(max=LONGEST_STATEMENT, message=_l("That is too long. Use at most 3,000 characters."))],
        description=_l("In any language. You can leave it empty."),
        render_kw={"dir": "auto", "rows": 5},
    )


class BringForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A referral that comes in: a file, or what stands in it."""

    programme = SelectField(_l("For which programme?"))
    purpose = RadioField(_l("What will it be used for?"), [_CHOOSE], choices=_PURPOSES)
    text = TextAreaField(
        _l("Or paste what stands in the file"),
        description=_l(
            "A long line of letters and digits. The link of a page to show, of this site, works as well."
        ),
        render_kw={"dir": "ltr", "rows": 4, "autocomplete": "off", "spellcheck": "false"},
    )


class ClaimForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The code on paper."""

    code = StringField(
        _l("Code on your paper"),
        [_NEEDED, Length(max=60, message=_l("That is too long."))],
        description=_l("12 letters and digits. The school gave it to you."),
        render_kw=_CODE_HINTS,
    )


class SuggestForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A coordinator's suggestion."""

    receiver = SelectField(_l("To which school?"), default=OTHER)
    receiver_name = Line(_l("Name of the other school"), [_NAME])
    address = StringField(
        _l("Address that the other school gave you"),
        [Length(max=LONGEST_ADDRESS, message=_l("That is too long."))],
        render_kw=_ADDRESS_HINTS,
    )
    message = TextAreaField(
        _l("What you want to say to the student"),
        [Length(max=LONGEST_MESSAGE, message=_l("That is too long. Use at most 500 characters."))],
        description=_l("Say why you think of this school. The student decides."),
        render_kw={"dir": "auto", "rows": 3},
    )


class SchoolForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A school whose signature is to count, and the proof that somebody has called it."""

    name = Line(_l("Name of the school"), [_NEEDED, _NAME])
    address = StringField(
        _l("Its address for referrals"),
        [_NEEDED, Length(max=LONGEST_ADDRESS, message=_l("That is too long."))],
        description=_l(
            "It looks like https://school.example/programmes/bootcamp. We compare it and never open it."
        ),
        render_kw=_ADDRESS_HINTS,
    )
    keys = TextAreaField(
        _l("Its public keys"),
        [_NEEDED, Length(max=20_000, message=_l("That is too long."))],
        description=_l("All of the text of the page /.well-known/passerelle-keys.json of that school."),
        render_kw={"dir": "ltr", "rows": 5, "autocomplete": "off", "spellcheck": "false"},
    )
    told = StringField(
        _l("The fingerprint, as a person of that school reads it to you"),
        [_NEEDED, Length(max=200, message=_l("That is too long."))],
        description=_l(
            "Call the school, or ask a person you know there. Do not copy it from the place of the keys."
        ),
        render_kw=_CODE_HINTS,
    )


class ListForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A school's list of what is withdrawn."""

    text = TextAreaField(
        _l("Or paste what stands in the list"),
        render_kw={"dir": "ltr", "rows": 3, "autocomplete": "off", "spellcheck": "false"},
    )
