"""Skills of ESCO, the European classification, that matter for courses in coding and digital skills.

`esco.json` has their addresses and English names as ESCO publishes them (esco.ec.europa.eu, reuse under Commission
Decision 2011/833/EU). It is a choice: any other skill is given by its address.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from lms.authoring.coursefile import read_document
from lms.catalog.model import Skill
from lms.core.text import fold_name

MOST_SKILLS = 30
MOST_FOUND = 20

_URI = re.compile(
    r"http://data\.europa\.eu/esco/skill/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_LIST = Path(__file__).with_name("esco.json")


@cache
def known_skills() -> tuple[Skill, ...]:
    """The skills of the list, in its order: programming first."""
    return tuple(Skill(row["uri"], row["label"]) for row in json.loads(_LIST.read_text(encoding="utf-8")))


def find_skills(words: str) -> list[Skill]:
    """The skills whose names have all of these words; all of them if there are none."""
    wanted = fold_name(words).split()
    found = [skill for skill in known_skills() if all(word in fold_name(skill.label) for word in wanted)]
    return found if not wanted else found[:MOST_FOUND]


def uri_of(text: str) -> str | None:
    """The address of a skill as it is typed or copied, with https too; None if it is none."""
    address = re.sub(r"^https:", "http:", text.strip().lower())
    return address if _URI.fullmatch(address) else None


def skills_in(content: bytes | None) -> list[Skill]:
    """The skills that a course.toml gives. Raises `Unreadable`."""
    listed: Any = read_document(content).unwrap().get("skills", [])
    return [
        Skill(str(row.get("uri", "")), str(row.get("label", "")))
        for row in (listed if isinstance(listed, list) else [])
        if isinstance(row, dict)
    ]
