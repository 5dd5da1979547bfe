"""Forms of a course that is written here: beginning it, what it says of itself, its words, its people, its remote."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NoneOf, Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.authoring.models import LONGEST_ADDRESS, LONGEST_SLUG
from lms.programmes.forms import Between, Line, Number

_NEEDED = InputRequired(_l("Please fill this in."))
_WORDS = DataRequired(_l("Please fill this in."))  # more than spaces
_LINE = Length(max=200, message=_l("That is too long. Use at most 200 characters."))
_TEXT = Length(max=1000, message=_l("That is too long. Use at most 1000 characters."))
_SLUG = Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Use small Latin letters, digits and hyphens."))
_SLUG_LENGTH = Length(max=LONGEST_SLUG, message=_l("That is too long. Use at most 64 characters."))
_LATIN = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_AUTO = {"dir": "auto"}


class NewCourseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What must be known of a course before its first lesson is written."""

    title = Line(_l("Title of the course"), [_WORDS, _LINE])
    summary = TextAreaField(
        _l("What is it about, and for whom?"),
        [_WORDS, _TEXT],
        description=_l("One or two sentences, which people read before they begin."),
        render_kw={**_AUTO, "rows": 3},
    )
    lesson = Line(_l("Title of the first lesson"), [_WORDS, _LINE])
    language = SelectField(_l("Language in which you write"), [_NEEDED])
    level = SelectField(_l("Level"), [_NEEDED])
    hours = Number(_l("Hours that it takes"), [_NEEDED, Between(1, 1000)], default=10)
    licence = StringField(
        _l("Licence"),
        [_WORDS, _LINE],
        default="CC-BY-4.0",
        description=_l(
            "With CC-BY-4.0 other schools may use and change the course if they name its authors."
        ),
        render_kw=_LATIN,
    )
    programme = SelectField(_l("Programme"), description=_l("Its coordinators look after the course."))
    slug = StringField(
        _l("Short name for addresses"),
        [Optional(), _SLUG_LENGTH, _SLUG],
        description=_l(
            "Small Latin letters, digits and hyphens. May stay empty: then it is made from the title. "
            "It cannot be changed later."
        ),
        render_kw=_LATIN,
    )


class OpenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A shipped course that is to be changed here."""

    course = SelectField(_l("Course"), [_NEEDED])
    programme = SelectField(_l("Programme"), description=_l("Its coordinators look after the course."))


class LessonNameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another folder for a lesson."""

    name = StringField(_l("Name of the folder"), [_WORDS, _SLUG_LENGTH, _SLUG], render_kw=_LATIN)


class NewExerciseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What an exercise begins with."""

    title = Line(_l("Title of the exercise"), [_WORDS, _LINE])
    start = RadioField(_l("What should students write?"), [_NEEDED], default="function")
    name = StringField(
        _l("Name of the folder"),
        [Optional(), _SLUG_LENGTH, _SLUG, NoneOf(["new"], message=_l("Choose another name."))],
        description=_l(
            "Small Latin letters, digits and hyphens. May stay empty: then it is made from the title."
        ),
        render_kw=_LATIN,
    )


class ExerciseFolderForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another folder for an exercise."""

    name = StringField(_l("Name of the folder"), [_WORDS, _SLUG_LENGTH, _SLUG], render_kw=_LATIN)


class SettingsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a course says of itself."""

    base = HiddenField()
    title = Line(_l("Title of the course"), [_WORDS, _LINE])
    summary = TextAreaField(
        _l("What is it about, and for whom?"), [_WORDS, _TEXT], render_kw={**_AUTO, "rows": 3}
    )
    level = SelectField(_l("Level"), [_NEEDED])
    hours = Number(_l("Hours that it takes"), [_NEEDED, Between(1, 1000)])
    languages = SelectMultipleField(
        _l("Languages"),
        description=_l("The language in which the course is written, and those into which it is translated."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    licence = StringField(_l("Licence"), [_WORDS, _LINE], render_kw=_LATIN)
    authors = TextAreaField(
        _l("Authors"),
        [_TEXT],
        description=_l("One name on each line, as everybody may read them. May stay empty."),
        render_kw={**_AUTO, "rows": 3},
    )


class SkillForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A skill that the list does not have."""

    q = HiddenField()
    uri = StringField(
        _l("Address of the skill in ESCO"),
        [_WORDS, _LINE],
        description=_l("Search for it at esco.ec.europa.eu and copy its URI."),
        render_kw={**_LATIN, "inputmode": "url"},
    )
    label = Line(_l("Name of the skill"), [_WORDS, _LINE])


class TermForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A word of the glossary."""

    base = HiddenField()
    term = Line(_l("Word"), [_WORDS, _LINE])
    definition = TextAreaField(
        _l("What it means"),
        [_WORDS, _TEXT],
        description=_l("One plain sentence. Translators translate it."),
        render_kw={**_AUTO, "rows": 3},
    )
    key = StringField(
        _l("Short name of the word"),
        [Optional(), _SLUG_LENGTH, _SLUG],
        description=_l(
            "Lessons point to the word by this name. May stay empty: then it is made from the word."
        ),
        render_kw=_LATIN,
    )


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What somebody is to be in the course."""

    person = SelectField(_l("Who?"), [_NEEDED])
    role = SelectField(_l("What may this person do?"), [_NEEDED])
    language = SelectField(_l("Into which language?"), description=_l("For translators and reviewers."))


class LanguageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A language into which something is to be translated."""

    language = SelectField(_l("Language"), default="")
    other = StringField(
        _l("Or another language, by its short name"),
        [Length(max=16, message=_l("That is too long. Use at most 16 characters."))],
        description=_l("Such a name has two or three Latin letters, for example “am” or “pt-BR”."),
        render_kw=_LATIN,
    )

    def tag(self) -> str:
        """The language that was chosen."""
        return str(self.other.data or self.language.data)

    def validate_other(self, field: StringField) -> None:
        """A language that CLDR knows: its direction and its plural forms must be known."""
        text = (field.data or "").strip().replace("_", "-")
        if not text:
            if not self.language.data:
                raise ValidationError(gettext("Choose a language, or write its short name."))
            return
        try:
            field.data = str(Locale.parse(text, sep="-")).replace("_", "-")
        except (UnknownLocaleError, ValueError):
            raise ValidationError(gettext("No language with this short name is known.")) from None


class RemoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Where the course's repository is beside this one."""

    url = StringField(
        _l("Address of the repository"),
        [
            Optional(),
            Length(max=LONGEST_ADDRESS, message=_l("That is too long. Use at most 500 characters.")),
        ],
        description=_l("It begins with https:// or ssh://, or looks like git@example.org:school/course.git."),
        render_kw={**_LATIN, "inputmode": "url"},
    )
    branch = StringField(
        _l("Branch"),
        [
            _WORDS,
            Length(max=100, message=_l("That is too long. Use at most 100 characters.")),
            Regexp(
                r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", message=_l("Use Latin letters, digits, hyphens and dots.")
            ),
        ],
        default="main",
        render_kw=_LATIN,
    )
