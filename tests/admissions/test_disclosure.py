"""Trying to find out from reports how small a small group is: by solving for it, and by subtracting reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.admissions.disclosure import DOUBT, NOTHING, SMALLEST, Group, may_show, possible
from lms.admissions.fairness import REST, Person, compare, groups_of, make_report
from tests.admissions.solving import Equation, determined, reach

QUESTIONS = ("gender", "language")
STAGES = ("task", "decision")
GROUPS = {"gender": ("man", "none", "other", "woman"), "language": ("ar", "en", "fa", "none", "uk")}
Cell = tuple[str, str, int]


def people_from(counts: Mapping[tuple[str, str, int | None], int], *, fresh: bool = True) -> list[Person]:
    """So many people of each gender, language and end."""
    return [
        Person({"gender": gender, "language": language}, stopped, fresh)
        for (gender, language, stopped), number in counts.items()
        for _ in range(number)
    ]


def shares(draw: Any, most: int) -> list[Person]:
    """People whose groups are of very different size, as they are in schools."""
    found = []
    for gender, language in product(GROUPS["gender"], GROUPS["language"]):
        size = draw(st.sampled_from((0, 0, 0, 1, 2, 3, 5, most // 2, most)))
        for _ in range(size):
            found.append((gender, language))
    ends = draw(st.lists(st.sampled_from((0, 0, 1, None)), min_size=len(found), max_size=len(found)))
    return [
        Person({"gender": gender, "language": language}, end)
        for (gender, language), end in zip(found, ends, strict=True)
    ]


@st.composite
def rounds(draw: Any) -> list[Person]:
    return shares(draw, 14)


def cells_of(report: Mapping[str, Any], people: Sequence[Person]) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """Every cell with its true number: all, and those that the report does not print. Stages as in the report."""
    used = [STAGES.index(stage) for stage in report["stages"]]
    everything, hidden = {}, {}
    for table in report["tables"]:
        printed = {row["group"] for row in table["rows"]}
        for group in groups_of(people, used, table["question"]):
            for column, number in enumerate(group.ends):
                everything[table["question"], group.name, column] = number
                if group.name not in printed:
                    hidden[table["question"], group.name, column] = number
    return everything, hidden


def equations_of(report: Mapping[str, Any], cells: Sequence[Cell]) -> list[Equation]:
    """All that the report says about its cells: what it prints, the sums of others, the totals of every question."""
    at = {cell: number for number, cell in enumerate(cells)}
    found: list[Equation] = []
    for table in report["tables"]:
        question = table["question"]
        printed = {row["group"] for row in table["rows"]}
        names = {name for asked, name, _ in cells if asked == question}
        for column, total in enumerate(report["totals"]):
            found.append(({at[question, name, column]: 1 for name in names}, total))
            for row in table["rows"]:
                group = names - printed if row["group"] == REST else {row["group"]}
                found.append(({at[question, name, column]: 1 for name in group}, row["ends"][column]))
    return found


@settings(max_examples=30, deadline=None)
@given(rounds())
def test_no_hidden_number_follows_from_all_that_is_printed(people: list[Person]) -> None:
    report = make_report(people, STAGES, QUESTIONS)
    everything, hidden = cells_of(report, people)
    cells = list(everything)
    found = {
        cells[number]: value for number, value in determined(equations_of(report, cells), len(cells)).items()
    }
    for cell, number in everything.items():
        if cell not in hidden:
            assert found[cell] == number  # what is printed is true
    for question in QUESTIONS:
        groups = {name for asked, name, _ in cells if asked == question}
        if len(groups) > 1:  # with one group alone, its numbers are those of the round
            assert not {cell for cell in hidden if cell[0] == question} & set(found)


@settings(max_examples=12, deadline=None)
@given(rounds())
def test_the_size_of_a_hidden_group_keeps_its_range(people: list[Person]) -> None:
    report = make_report(people, STAGES, QUESTIONS)
    everything, _ = cells_of(report, people)
    for table in report["tables"]:
        printed = {row["group"] for row in table["rows"]}
        if not printed:
            continue  # nothing is said but the totals of the round
        cells = [cell for cell in everything if cell[0] == table["question"]]
        equations = equations_of({**report, "tables": [table]}, cells)
        for name in {name for _, name, _ in cells} - printed:
            # One more unknown: the size, as the sum of the group's cells.
            size = ({len(cells): 1, **{cells.index((table["question"], name, column)): -1
                     for column in range(len(report["totals"]))}}, 0)  # fmt: skip
            least, most = reach([*equations, size], len(cells) + 1, len(cells))
            assert most - least >= SMALLEST, name
            for column, total in enumerate(report["totals"]):
                least, most = reach(equations, len(cells), cells.index((table["question"], name, column)))
                assert most - least >= min(total, 1), (name, column)


@settings(max_examples=100, deadline=None)
@given(rounds())
def test_every_printed_row_is_of_enough_people(people: list[Person]) -> None:
    for table in make_report(people, STAGES, QUESTIONS)["tables"]:
        assert all(sum(row["ends"]) >= SMALLEST for row in table["rows"])
        assert len(table["rows"]) != 1


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=2, max_size=6))
def test_who_knows_the_rules_still_doubts(sizes: list[int]) -> None:
    """Count every way in which the hidden groups can be of these sizes, small ones small and others in order."""
    groups = [Group(f"group {number}", (size,), size) for number, size in enumerate(sizes)]
    shown = may_show(groups)
    if shown.rest is None:
        return
    back = [group.size for group in groups if group not in shown.groups]
    most = min(group.size for group in shown.groups)
    ranges = [range(SMALLEST) if size < SMALLEST else range(SMALLEST, most + 1) for size in back]
    ways = _ways(ranges, sum(back))
    for number, size in enumerate(back):
        if size < SMALLEST:
            values = {way[number] for way in ways}
            assert len(values) > DOUBT


def _ways(ranges: Sequence[range], total: int) -> list[tuple[int, ...]]:
    if not ranges:
        return [()] if total == 0 else []
    return [
        (value, *rest) for value in ranges[0] if value <= total for rest in _few(ranges[1:], total - value)
    ]


def _few(ranges: Sequence[range], total: int) -> list[tuple[int, ...]]:
    """Only those sums that can be reached: the rest would be walked in vain."""
    low = sum(values[0] for values in ranges)
    high = sum(values[-1] for values in ranges)
    return _ways(ranges, total) if low <= total <= high else []


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=4).map(
        lambda pairs: [(min(pair), max(pair)) for pair in pairs]
    ),
    st.data(),
)
def test_possible_values_are_those_that_trying_all_finds(bounds: list[tuple[int, int]], data: Any) -> None:
    ways = list(product(*(range(least, most + 1) for least, most in bounds)))
    total = sum(data.draw(st.sampled_from(ways)))
    fitting = [way for way in ways if sum(way) == total]
    assert possible(total, bounds) == [
        (min(way[number] for way in fitting), max(way[number] for way in fitting))
        for number in range(len(bounds))
    ]


@st.composite
def two_rounds(draw: Any) -> tuple[list[Person], list[Person], list[Person]]:
    """People of the first round alone, of both, of the second alone."""
    both = shares(draw, 40)
    first = draw(st.sampled_from(([], shares(draw, 6))))
    second = shares(draw, draw(st.sampled_from((0, 3, 14))))
    return first, both, second


@settings(max_examples=30, deadline=None)
@given(two_rounds())
def test_subtracting_two_reports_says_nothing_of_few(rounds: tuple[list[Person], ...]) -> None:
    """Somebody knows who applied in which round, and subtracts the sizes that the two reports print."""
    first, both, second = rounds
    earlier = make_report([*first, *both], STAGES, QUESTIONS)
    old = [Person(one.groups, one.stopped, fresh=False) for one in both]
    later = make_report([*old, *second], STAGES, QUESTIONS)
    parts = {"first": first, "both": both, "second": second}
    for question in QUESTIONS:
        names = sorted({one.groups[question] for one in (*first, *both, *second)})
        cells = list(product(parts, names))
        at = {cell: number for number, cell in enumerate(cells)}
        equations = [({at[part, name]: 1 for name in names}, len(parts[part])) for part in parts]
        # Where nobody is, there is nobody of any group: no sum says so by itself.
        equations += [({at[part, name]: 1}, 0) for part, name in cells if not parts[part]]
        for report, inside in ((earlier, ("first", "both")), (later, ("both", "second"))):
            rows = next(table["rows"] for table in report["tables"] if table["question"] == question)
            printed = {row["group"] for row in rows}
            for row in rows:
                group = set(names) - printed if row["group"] == REST else {row["group"]}
                equations.append(({at[part, name]: 1 for part in inside for name in group}, sum(row["ends"])))
        for number in determined(equations, len(cells)):
            part, name = cells[number]
            size = sum(one.groups[question] == name for one in parts[part])
            everybody = size == len(parts[part])
            impossible = len(parts[part]) == 0
            # A report that prints all its groups says that nobody is of another: of enough people it may.
            of_others = size == 0 and len(parts[part]) >= SMALLEST
            assert size >= SMALLEST or (everybody and len(names) == 1) or impossible or of_others, cells[
                number
            ]


def test_who_came_again_is_not_counted_for_a_group() -> None:
    """The round again, with one more woman: a difference of the two reports would be her."""
    applied = people_from({("woman", "ar", None): 20, ("woman", "ar", 0): 20, ("man", "ar", 0): 40})
    assert make_report(applied, STAGES, QUESTIONS)["tables"][0]["rows"]
    again = [Person(one.groups, one.stopped, fresh=False) for one in applied]
    one_more = people_from({("woman", "ar", 0): 1})
    assert make_report([*again, *one_more], STAGES, QUESTIONS)["tables"][0]["rows"] == []


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((60, 50), {60, 50}),
        ((60, 9), set()),  # the other of two would follow
        ((60, 45, 12, 3), {60, 45}),
        ((60, 45, 11, 2), {60}),  # who knows that one of the two is small would know it nearly
        ((60, 45, 9, 9), {60}),  # two small ones that are 18 together are 9 and 9
        ((60, 45, 1), {60}),
        ((9, 9, 9), set()),
        ((40,), set()),
    ],
)
def test_what_is_held_back(sizes: tuple[int, ...], shown: set[int]) -> None:
    groups = [
        Group(f"group {number}", (size // 2, size - size // 2), size) for number, size in enumerate(sizes)
    ]
    found = may_show(groups)
    assert {group.size for group in found.groups} == shown
    if shown and sum(shown) != sum(sizes):
        assert found.rest is not None
        assert sum(found.rest) == sum(sizes) - sum(shown)


def test_a_stage_that_took_none_of_the_others_is_not_told() -> None:
    """Of 20 people in small groups nobody was offered a seat: a row more is held back, so that this is not said."""
    groups = [
        Group("a", (50, 10), 60),
        Group("b", (30, 6), 36),
        Group("c", (14, 0), 14),
        Group("d", (6, 0), 6),
    ]
    shown = may_show(groups)
    assert [group.name for group in shown.groups] == ["a"]
    assert shown.rest == (50, 6)
    assert may_show([Group("a", (50, 10), 60), *groups[2:]]) == NOTHING


def test_nothing_is_said_where_nothing_is_shown() -> None:
    people = people_from({("woman", "ar", None): 3, ("man", "ar", 1): 9})
    report = make_report(people, STAGES, QUESTIONS)
    assert report["stages"] == ["decision"]
    assert report["totals"] == [9, 3]
    assert all(table["rows"] == [] for table in report["tables"])
    assert all(found.standings == () and found.best is None for found in compare(report))
