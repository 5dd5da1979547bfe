"""Each column about a person is in the inventory, with its purpose, ground, retention and readers."""

from __future__ import annotations

import tomllib

import pytest
from sqlalchemy import Table

import lms.app  # noqa: F401  # it knows every feature, so that every table is known
from lms.core.config import ROOT
from lms.core.db import Base

INVENTORY = tomllib.loads((ROOT / "data-inventory.toml").read_text(encoding="utf-8"))
IMPERSONAL = set(INVENTORY.pop("impersonal"))
# What the schema must never ask for.
FORBIDDEN = (
    "nationality",
    "religion",
    "birth",
    "address",
    "passport",
    "legal_status",
    "ethnic",
    "gender",
    "phone_id",
)
BASES = {"contract", "consent", "legitimate interest", "legal duty"}


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_column_about_a_person_is_listed(table: str) -> None:
    columns = set(Base.metadata.tables[table].columns.keys())
    if table in IMPERSONAL:
        assert table not in INVENTORY
        assert not {"user_id", "email", "name_key"} & columns
        return
    assert set(INVENTORY.get(table, {})) == columns


def test_nothing_is_listed_that_is_not_there() -> None:
    assert set(INVENTORY) | IMPERSONAL == set(Base.metadata.tables)


@pytest.mark.parametrize(("table", "columns"), sorted(INVENTORY.items()))
def test_every_entry_says_all_four_things(table: str, columns: dict[str, dict[str, str]]) -> None:
    for column, entry in columns.items():
        assert set(entry) == {"purpose", "basis", "retention", "seen_by"}, f"{table}.{column}"
        assert all(entry.values()), f"{table}.{column}"
        assert entry["basis"] in BASES, f"{table}.{column}"


def test_the_schema_asks_for_nothing_that_could_harm() -> None:
    names = [
        f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns
    ]
    assert not [name for name in names if any(word in name.lower() for word in FORBIDDEN)]


# The columns that say who did something with a row that is another person's.
ONLY_NAMED = {
    "author_id",
    "claimed_by",
    "decided_by",
    "interviewer_id",
    "rater_id",
    "reader_id",
    "taken_by",
}
# Records of what the school did, about nobody: they too lose the name of who did it.
OF_THE_SCHOOL = {
    "admission_round_event",
    "admission_fairness_report",
    "announcement",
    "authored_course",
    "author_run",
    "course_version",
    "interview_slot",
}


def test_erasing_a_person_takes_every_row_that_is_hers() -> None:
    """A row about somebody else in which she is only named stays, without her: that column is emptied."""
    left = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "user"
        and key.ondelete != "CASCADE"
        and not (
            key.parent.name in ONLY_NAMED
            and key.ondelete == "SET NULL"
            and ("user_id" in ways_to(table) or table.name in OF_THE_SCHOOL)
        )
    }
    assert left == set()


def ways_to(table: Table) -> set[str]:
    """The columns of a table, and of those it hangs on, by which it belongs to somebody."""
    parents = {key.column.table for key in table.foreign_keys if key.ondelete == "CASCADE"}
    return set(table.columns.keys()) | {name for parent in parents for name in set(parent.columns.keys())}
