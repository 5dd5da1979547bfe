"""Rates, losses, the four-fifths rule and exact tests, against numbers that others have published or computed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.admissions.fairness import REST, Person, Rate, compare, fisher, holm, make_report

STAGES = ("coursework", "task", "interview", "decision")


def people(group: str, stops: dict[int | None, int]) -> list[Person]:
    return [Person({"gender": group}, stage) for stage, number in stops.items() for _ in range(number)]


@pytest.mark.parametrize(
    ("table", "chance"),
    [
        # scipy 1.17.1: scipy.stats.fisher_exact([[part, whole - part], [other, other_whole - other]]).
        ((1, 10, 11, 14), 0.0027594561852200836),
        ((8, 60, 8, 60), 1.0),
        ((3, 45, 13, 75), 0.1636219353236556),
        ((0, 25, 6, 30), 0.026591363994249672),
        ((5, 60, 11, 45), 0.02938200395649141),
        ((16, 60, 0, 60), 9.638454793278422e-06),
        ((2, 12, 14, 108), 0.6615039156009119),
    ],
)
def test_the_exact_test_agrees_with_scipy(table: tuple[int, int, int, int], chance: float) -> None:
    assert float(fisher(*table)) == pytest.approx(chance, rel=1e-12)


def test_the_lady_tasting_tea() -> None:
    """Fisher (1935), The Design of Experiments, chapter II: one of 70, and two-sided the other end as well."""
    assert fisher(4, 4, 0, 4) == Fraction(2, 70)
    assert fisher(3, 4, 1, 4) == Fraction(34, 70)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_the_exact_test_does_not_care_which_group_is_first(one: int, other: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, one))
    other_part = data.draw(st.integers(0, other))
    chance = fisher(part, one, other_part, other)
    assert 0 < chance <= 1
    assert chance == fisher(other_part, other, part, one)
    assert chance == fisher(one - part, one, other - other_part, other)


@pytest.mark.parametrize(
    ("rate", "bounds"),
    [
        # scipy 1.17.1: scipy.stats.binomtest(part, whole).proportion_ci(method="wilson").
        (Rate(8, 60), (0.0691410948058697, 0.24165159676499615)),
        (Rate(0, 25), (0.0, 0.1331922509390485)),
        (Rate(16, 16), (0.8063923194655637, 1.0)),
        (Rate(3, 45), (0.022932032599250987, 0.1785660196359189)),
    ],
)
def test_bounds_of_a_rate_agree_with_scipy(rate: Rate, bounds: tuple[float, float]) -> None:
    assert rate.bounds == pytest.approx(bounds, abs=1e-12)


def test_several_comparisons_are_corrected() -> None:
    """Holm's steps: the smallest times 3, the next times 2, and none below the one before."""
    chances = [Fraction(4, 100), Fraction(1, 100), Fraction(3, 100)]
    assert holm(chances) == [Fraction(6, 100), Fraction(3, 100), Fraction(6, 100)]
    assert holm([]) == []


def test_rates_are_compared_with_the_highest() -> None:
    round_ = [
        *people("man", {0: 20, 2: 10, None: 15}),
        *people("woman", {0: 40, 2: 12, 3: 2, None: 6}),
    ]
    report = make_report(round_, STAGES, ["gender"])
    assert report["stages"] == ["coursework", "interview", "decision"]  # nobody stopped at the task
    (found,) = compare(report)
    assert found.best == "man"
    women, men = found.standings
    assert (men.selected.part, men.selected.whole, men.ratio, men.chance) == (15, 45, None, None)
    assert women.selected.exact == Fraction(1, 10)
    assert women.ratio == Fraction(3, 10)
    assert women.below
    assert women.unlikely
    assert [(loss.stage, loss.rate.part, loss.rate.whole) for loss in women.losses] == [
        ("coursework", 40, 60),
        ("interview", 12, 20),
        ("decision", 2, 8),
    ]


@pytest.mark.parametrize(("selected", "below"), [(7, True), (8, False), (9, False)])
def test_four_fifths_is_counted_exactly(selected: int, below: bool) -> None:
    """8 of 50 is just four fifths of 10 of 50, which fractions of the machine would miss."""
    round_ = [*people("a", {3: 40, None: 10}), *people("b", {3: 50 - selected, None: selected})]
    (found,) = compare(make_report(round_, STAGES, ["gender"]))
    assert next(one for one in found.standings if one.group == "b").below is below


def test_the_others_are_compared_together() -> None:
    round_ = [
        *people("woman", {0: 50, None: 10}),
        *people("man", {0: 40, None: 5}),
        *people("other", {0: 4, None: 1}),
        *people("none", {0: 12, None: 1}),
    ]
    (found,) = compare(make_report(round_, STAGES, ["gender"]))
    assert [(one.group, one.selected.whole) for one in found.standings] == [
        ("woman", 60),
        ("man", 45),
        (REST, 18),
    ]


def test_nobody_offered_a_seat_compares_nobody() -> None:
    (found,) = compare(make_report([*people("a", {0: 20}), *people("b", {0: 30})], STAGES, ["gender"]))
    assert found.best is None
    assert all(one.ratio is None and one.chance is None for one in found.standings)
    assert make_report([], STAGES, ["gender"])["totals"] == [0]
