"""The report on fairness in words, which never claim more than the numbers do."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from flask_babel import format_decimal, gettext

from lms.admissions.application_models import FairnessQuestion
from lms.admissions.fairness import REST, Comparison, Loss, Rate, Standing
from lms.admissions.reporting import CHILDCARE, TRACK
from lms.admissions.retention import NO_ANSWER
from lms.programmes.pages import language_name


def question_words() -> dict[str, str]:
    """What the groups of a table have in common."""
    return {
        FairnessQuestion.GENDER: gettext("Women and men"),
        FairnessQuestion.LANGUAGE: gettext("The language people speak best"),
        FairnessQuestion.CARE: gettext("People who look after others at home"),
        CHILDCARE: gettext("Need of childcare during class"),
        TRACK: gettext("Where people learnt before"),
    }


def group_words(question: str, group: str) -> str:
    """A group's name. The names of tracks are those that the school gave them."""
    if group == REST:
        return str(gettext("All other groups together"))
    if question == TRACK:
        return group
    if group == NO_ANSWER:
        return str(gettext("No answer"))
    words = {
        (FairnessQuestion.GENDER, "woman"): lambda: gettext("Women"),
        (FairnessQuestion.GENDER, "man"): lambda: gettext("Men"),
        (FairnessQuestion.GENDER, "another"): lambda: gettext("Neither of these"),
        (FairnessQuestion.LANGUAGE, "other"): lambda: gettext("Another language"),
        (FairnessQuestion.CARE, "yes"): lambda: gettext("Look after others"),
        (FairnessQuestion.CARE, "no"): lambda: gettext("Look after nobody"),
        (CHILDCARE, "yes"): lambda: gettext("Need childcare"),
        (CHILDCARE, "no"): lambda: gettext("Asked for no childcare"),
    }
    found = words.get((question, group))
    return str(found()) if found is not None else language_name(group)


def share_words(rate: Rate) -> str:
    """A rate in per cent, and the range in which it lies but for chance."""
    low, high = rate.bounds
    return str(
        gettext(
            "%(share)s %% (between %(low)s %% and %(high)s %%)",
            share=format_decimal(round(rate.exact * 1000) / 10, format="0.0"),
            low=format_decimal(round(low * 100)),
            high=format_decimal(round(high * 100)),
        )
    )


def loss_words(loss: Loss) -> str:
    """How many of those who came to a stage stopped there."""
    return str(
        gettext(
            "%(part)s of %(whole)s",
            part=format_decimal(loss.rate.part),
            whole=format_decimal(loss.rate.whole),
        )
    )


def finding_words(found: Comparison, standing: Standing) -> str:
    """What the numbers of a group say beside those of the group with the highest share."""
    if standing.ratio is None or standing.chance is None:
        return str(gettext("This is the highest share."))
    best = group_words(found.question, found.best or "")
    values = {"ratio": _percent(standing.ratio), "best": best}
    chance = chance_words(standing.chance)
    if standing.below:
        words = [
            gettext("The share is %(ratio)s %% of the highest one (%(best)s): below four fifths.", **values)
        ]
    else:
        words = [
            gettext(
                "The share is %(ratio)s %% of the highest one (%(best)s): at least four fifths.", **values
            )
        ]
    if standing.unlikely:
        words.append(gettext("Chance alone rarely gives such a difference (p = %(chance)s).", chance=chance))
        words.append(gettext("The numbers do not say why. Look for the reason."))
    else:
        words.append(gettext("Chance alone can give such a difference (p = %(chance)s).", chance=chance))
        if standing.below:
            words.append(gettext("This shows neither that the round was fair nor that it was not."))
    return " ".join(words)


def mark_words(standing: Standing) -> str:
    """The four-fifths rule in two or three words, for the table."""
    if standing.ratio is None:
        return str(gettext("Highest"))
    return str(gettext("Below four fifths") if standing.below else gettext("At least four fifths"))


def chance_words(chance: Fraction) -> str:
    """A probability, never rounded to nothing."""
    if chance < Fraction(1, 1000):
        return str(gettext("less than %(number)s", number=format_decimal(0.001)))
    return str(format_decimal(floor(chance * 1000) / 1000, format="0.000"))


def _percent(share: Fraction) -> str:
    # Rounded down: what is below four fifths is not printed as 80.
    return str(format_decimal(floor(share * 1000) / 10, format="0.0"))
