"""The forms of signing in and of a person's settings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from lms.accounts.models import LONGEST_NAME
from lms.accounts.secrets import LONGEST_SECRET

_NEEDED = InputRequired(_l("Please fill this in."))
_SHORT = Length(max=200, message=_l("That is too long."))
_SECRET = Length(max=LONGEST_SECRET, message=_l("That is too long. Use at most 128 characters."))
_CODE_HINTS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
_NAME_HINTS = {"autocomplete": "username", "dir": "auto", "spellcheck": "false"}


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The class code."""

    code = StringField(
        _l("Class code"),
        [_NEEDED, _SHORT],
        description=_l("8 letters and digits. Your teacher has it, or it hangs on the wall."),
        render_kw=_CODE_HINTS,
    )


class NewPersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A name and a secret for someone new in a class."""

    name = StringField(
        _l("What should we call you?"),
        [_NEEDED, Length(max=LONGEST_NAME, message=_l("This name is too long. Use at most 60 characters."))],
        description=_l("Your class sees this name. It need not be the one in your papers."),
        render_kw=_NAME_HINTS,
    )
    secret = PasswordField(
        _l("Choose a PIN or a passphrase"),
        [_NEEDED, _SECRET],
        description=_l("A PIN has 6 or more digits. A passphrase has 8 or more characters."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same once more"), [_NEEDED, _SECRET], render_kw={"autocomplete": "new-password"}
    )


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Class code, name and secret. An e-mail address, for those who gave one, needs no code."""

    code = StringField(_l("Class code"), [_SHORT], render_kw=_CODE_HINTS)
    name = StringField(_l("Your name in the class"), [_NEEDED, _SHORT], render_kw=_NAME_HINTS)
    secret = PasswordField(
        _l("Your PIN or passphrase"), [_NEEDED, _SECRET], render_kw={"autocomplete": "current-password"}
    )


class SecretForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The secret of a person who is already named: by her card, or chosen on a shared device."""

    secret = PasswordField(
        _l("Your PIN or passphrase"),
        [_NEEDED, _SECRET],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another name to be called by."""

    name = NewPersonForm.name


class NewSecretForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another PIN or passphrase; the present one proves who asks."""

    current = PasswordField(
        _l("Your PIN or passphrase now"), [_NEEDED, _SECRET], render_kw={"autocomplete": "current-password"}
    )
    secret = PasswordField(
        _l("The new one"),
        [_NEEDED, _SECRET],
        description=_l("A PIN has 6 or more digits. A passphrase has 8 or more characters."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The new one once more"), [_NEEDED, _SECRET], render_kw={"autocomplete": "new-password"}
    )
