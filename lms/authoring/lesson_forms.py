"""Forms of the lesson editor: the text itself, and what can be put into it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from lms.authoring.forms import _SLUG, _SLUG_LENGTH
from lms.catalog.languages import LANGUAGES
from lms.programmes.forms import Between, Line, Number

MOST_MINUTES = 6000
OPTIONS = 6

_WORDS = DataRequired(_l("Please fill this in."))
_LINE = Length(max=300, message=_l("That is too long. Use at most 300 characters."))
_NOTE = Length(max=200, message=_l("That is too long. Use at most 200 characters."))
_TEXT = Length(max=5000, message=_l("That is too long. Use at most 5000 characters."))
_AUTO = {"dir": "auto"}
_CODE = {
    "dir": "ltr", "lang": "zxx", "translate": "no", "spellcheck": "false", "autocapitalize": "off",
    "autocomplete": "off", "class": "code-lines",
}  # fmt: skip
_CODE_LANGUAGES = [SelectChoice(language.kernel, language.title) for language in LANGUAGES.values()]


class LessonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A lesson's text and minutes, with the commit that they were read from."""

    base = HiddenField()
    again = HiddenField()
    text = TextAreaField(_l("Text of the lesson"))
    minutes = Number(
        _l("Minutes that it takes"),
        [Optional(), Between(1, MOST_MINUTES)],
        description=_l("May stay empty. It helps a class to plan its weeks."),
    )
    note = Line(
        _l("What did you change?"),
        [_NOTE],
        description=_l("May stay empty. It stands in the history beside your name."),
    )
    at = Number(
        _l("Put it below line"),
        [Optional(), Between(0, 100_000)],
        description=_l("When this is empty it comes at the end of the text."),
    )


class NewLessonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A lesson that is to begin."""

    title = Line(_l("Title of the lesson"), [_WORDS, _NOTE])
    minutes = Number(
        _l("Minutes that it takes"),
        [Optional(), Between(1, MOST_MINUTES)],
        description=_l("May stay empty. It helps a class to plan its weeks."),
    )
    name = StringField(
        _l("Name of the folder"),
        [Optional(), _SLUG_LENGTH, _SLUG],
        description=_l("May stay empty: then it is made from the title. It stands in the lesson's address."),
        render_kw={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class Part(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Something to put into the text. The whole form's token is the page's own."""

    class Meta:
        """No second token."""

        csrf = False


class CellPart(Part):
    """Code that runs in the page."""

    language = SelectField(_l("Language of the code"), choices=_CODE_LANGUAGES)
    code = TextAreaField(_l("Code"), [_TEXT], render_kw={**_CODE, "rows": 4})


class ExercisePart(Part):
    """The place of an exercise of this lesson."""

    name = SelectField(_l("Exercise"))


class BoxPart(Part):
    """A note, a tip, a warning."""

    kind = SelectField(
        _l("Kind"),
        choices=[
            SelectChoice("note", _l("Note")),
            SelectChoice("tip", _l("Tip")),
            SelectChoice("warning", _l("Warning")),
            SelectChoice("important", _l("Important")),
        ],
    )
    title = Line(_l("Title"), [_LINE], description=_l("May stay empty: then the kind is its title."))
    text = TextAreaField(_l("Text"), [_WORDS, _TEXT], render_kw={**_AUTO, "rows": 3})


class WordPart(Part):
    """A word that the glossary explains."""

    key = SelectField(_l("Word"))
    words = Line(_l("Other words for it in this place"), [_LINE], description=_l("May stay empty."))


class FigurePart(Part):
    """A picture with what it shows."""

    kept = SelectField(_l("Picture"), validate_choice=False)
    file = FileField(
        _l("A new picture"),
        description=_l("PNG, JPEG, WebP, GIF or SVG, of less than 2 megabytes. It is made small."),
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/gif,image/svg+xml"},
    )
    alt = Line(
        _l("What does the picture show?"),
        [_WORDS, _LINE],
        description=_l("One sentence for people who do not see it, or whose connection does not load it."),
    )
    caption = Line(_l("Text below the picture"), [_LINE], description=_l("May stay empty."))


class OptionRow(Form):  # type: ignore[misc]  # WTForms ships no types
    """One option of a question."""

    text = Line(_l("Option"), [_LINE])
    right = BooleanField(_l("Right"))
    feedback = Line(_l("What to say to who chooses it"), [_LINE])


class QuizPart(Part):
    """A question."""

    kind = SelectField(
        _l("How is it answered?"),
        choices=[
            SelectChoice("single", _l("One option is right")),
            SelectChoice("multiple", _l("Several options can be right")),
            SelectChoice("short", _l("By a short text")),
            SelectChoice("order", _l("By putting lines in order")),
        ],
    )
    question = TextAreaField(_l("Question"), [_WORDS, _TEXT], render_kw={**_AUTO, "rows": 2})
    options: Any = FieldList(FormField(OptionRow), min_entries=OPTIONS, max_entries=OPTIONS)
    lines = TextAreaField(_l("Lines, in the right order"), [_TEXT], render_kw={**_CODE, "rows": 4})
    language = SelectField(
        _l("Language of the lines"),
        choices=[*_CODE_LANGUAGES, SelectChoice("text", _l("No code, plain text"))],
    )
    explanation = TextAreaField(
        _l("Explanation"),
        [_TEXT],
        description=_l("May stay empty. It is shown after the right answer."),
        render_kw={**_AUTO, "rows": 2},
    )


class PictureForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A picture to keep with a lesson."""

    file = FileField(
        _l("A new picture"),
        description=_l("PNG, JPEG, WebP, GIF or SVG, of less than 2 megabytes. It is made small."),
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/gif,image/svg+xml"},
    )
