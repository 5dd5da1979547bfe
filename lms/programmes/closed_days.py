"""Public holidays of a country or a part of it, from the `holidays` library.

A region is written as in ISO 3166: "FR", or "DE-BE" for a part that has holidays of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays
from babel import Locale


@lru_cache(maxsize=256)
def _of_year(region: str, year: int, language: str) -> dict[date, str]:
    country, _, part = region.partition("-")
    known = getattr(holidays, country)
    own = known.default_language
    spoken = next((tag for tag in known.supported_languages if tag.partition("_")[0] == language), own)
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year, language=spoken).items())


def public_holidays(region: str, years: Iterable[int], language: str = "") -> dict[date, str]:
    """The public holidays of these years with their names; none where no region is given.

    The names are in `language` where the library has them, else in the country's own: as on the wall there.
    """
    if not region:
        return {}
    return {day: name for year in years for day, name in _of_year(region, year, language).items()}


@lru_cache(maxsize=1)
def _parts() -> dict[str, list[str]]:
    return {
        country: sorted(part for part in parts if len(part) <= 3)  # ISO codes; some parts have names as well
        for country, parts in holidays.list_supported_countries(include_aliases=False).items()
        if len(country) == 2
    }


def parts_of(country: str) -> list[str]:
    """The codes of a country's parts that can be told apart, such as BE for Berlin."""
    return _parts().get(country, [])


def is_region(region: str) -> bool:
    """Whether the holidays of this region are known."""
    country, dash, part = region.partition("-")
    return country in _parts() and (not dash or part in _parts()[country])


@lru_cache(maxsize=16)
def countries(language: str) -> list[tuple[str, str]]:
    """Codes and names of the countries whose holidays are known, by name in this language."""
    names = Locale.parse(language, sep="-").territories
    return sorted(((code, names.get(code, code)) for code in _parts()), key=lambda pair: pair[1].casefold())
