"""From facts to lines of evidence, without a database; and the measures that nobody gathers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.admissions.evidence import (
    Facts,
    Frame,
    Help,
    Present,
    Refused,
    RuleRefused,
    Work,
    gather,
    read_measure,
    refusal,
)
from lms.admissions.models import Measure
from lms.admissions.sheets import MASK, mask
from lms.admissions.tasks import draw

DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)
FRAME = Frame(("c/1/a", "c/1/b", "c/2/a"), ("c/9/x",), ("c/1/a", "c/1/b"))
ALL = [(measure, None) for measure in Measure]


def work(key, *, first=None, passed=None, last=None, not_yet=None):
    at = [None if days is None else DAY + timedelta(days=days) for days in (first, passed, last, not_yet)]
    return Work(key, *at, passed_id=f"id-{key}")


def line(facts, measure, guide=None):
    return gather(facts, FRAME, [(measure, guide)])[0]


def test_what_was_solved_in_the_end_counts_however_often_it_took():
    facts = Facts(
        {"c/1/a": work("c/1/a", first=0, passed=9, last=9, not_yet=0), "c/1/b": work("c/1/b", first=1)}
    )
    found = line(facts, Measure.SOLVED)
    assert (found.value, found.out_of) == (1, 3)
    assert [(source.key, source.link) for source in found.sources] == [("c/1/a", "id-c/1/a")]


def test_extra_exercises_stand_apart():
    facts = Facts({"c/9/x": work("c/9/x", first=0, passed=0, last=0)})
    assert (line(facts, Measure.STRETCH).value, line(facts, Measure.SOLVED).value) == (1, 0)


@pytest.mark.parametrize(
    ("not_yet", "last", "improved"),
    [(0, 2, 1), (None, 2, 0), (3, 2, 0), (0, None, 0)],
    ids=["failed, then passed", "passed at once", "failed only later", "never passed"],
)
def test_improvement_is_passing_after_it_did_not(not_yet, last, improved):
    facts = Facts({"c/1/a": work("c/1/a", first=0, passed=last, last=last, not_yet=not_yet)})
    assert line(facts, Measure.IMPROVED).value == improved


def test_weeks_are_counted_once_and_gaps_cost_nothing():
    days = [date(2026, 5, 4), date(2026, 5, 10), date(2026, 5, 25)]  # Monday, its Sunday, weeks later
    found = line(Facts(active_days=days), Measure.ACTIVE_WEEKS)
    assert found.value == 2
    assert [source.week for source in found.sources] == [date(2026, 5, 4), date(2026, 5, 25)]


def test_the_gain_stands_beside_the_level():
    facts = Facts(
        {
            "c/1/a": work("c/1/a", first=0, passed=0, last=0),
            "c/1/b": work("c/1/b", first=0, passed=5, last=5, not_yet=0),
            "c/2/a": work("c/2/a", first=6, passed=6, last=6),
        }
    )
    found = line(facts, Measure.GAIN)
    assert (found.before, found.before_of, found.value, found.out_of) == (1, 2, 3, 3)
    with_tasks = Facts(facts.work, tasks=[work("t/1/a", first=9, passed=9, last=9), Work("t/1/b")])
    assert (line(with_tasks, Measure.GAIN).value, line(with_tasks, Measure.GAIN).out_of) == (1, 2)


def test_nothing_known_is_not_the_same_as_nothing_done():
    lines = {found.measure: found for found in gather(Facts(), FRAME, ALL)}
    for measure in (Measure.ATTENDANCE, Measure.HELP, Measure.TASKS, Measure.GAIN):
        assert lines[measure].value is None
    assert lines[Measure.SOLVED].value == 0


def test_attendance_is_a_share_and_help_has_two_halves():
    facts = Facts(present=Present(9, 12), help=Help(asked=3, given=2))
    assert line(facts, Measure.ATTENDANCE).value == 75
    assert line(Facts(present=Present(50, 12)), Measure.ATTENDANCE).value == 100
    assert (line(facts, Measure.HELP).value, line(facts, Measure.HELP).second) == (3, 2)


def test_a_guide_is_compared_with_and_decides_nothing():
    facts = Facts({"c/1/a": work("c/1/a", first=0, passed=0, last=0)})
    assert line(facts, Measure.SOLVED, 1).reached is True
    assert line(facts, Measure.SOLVED, 2).reached is False
    assert line(facts, Measure.SOLVED).reached is None
    assert line(facts, Measure.ATTENDANCE, 80).reached is None


@given(st.lists(st.integers(0, 23)), st.permutations(range(6)))
def test_the_hour_and_the_order_of_days_change_nothing(hours, order):
    days = [date(2026, 5, 4) + timedelta(weeks=week) for week in order]
    assert line(Facts(active_days=days), Measure.ACTIVE_WEEKS).value == 6
    solved = {
        key: Work(key, DAY.replace(hour=hour), DAY.replace(hour=hour), DAY.replace(hour=hour))
        for key, hour in zip(FRAME.everybody, hours, strict=False)
    }
    assert line(Facts(solved), Measure.SOLVED).value == len(solved)


@pytest.mark.parametrize("name", list(Refused))
def test_speed_streaks_hours_tries_and_wall_time_are_refused_with_a_reason(app, name):
    with app.test_request_context(), pytest.raises(RuleRefused) as refused:
        read_measure(name)
    with app.test_request_context():
        assert str(refused.value.sentence) == refusal(name)
        assert len(refusal(name)) > 40
    assert not set(Refused) & set(Measure)


def test_what_nobody_thought_of_is_refused_too():
    with pytest.raises(RuleRefused):
        read_measure("charm")


POOL = [["p/1/a", "p/1/b", "p/1/c"], [], ["p/2/a", "p/2/b"], ["p/3/a"]]


@given(st.integers(0, 2**31 - 1), st.integers(0, 9))
def test_every_draw_is_as_hard_as_any_other(seed, count):
    drawn = draw(POOL, count, seed)
    assert drawn == draw(POOL, count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, 6)
    by_lesson = [sum(key in row for key in drawn) for row in POOL]
    assert by_lesson == [sum(key in row for key in draw(POOL, count, 0)) for row in POOL]


def test_draws_differ():
    assert len({tuple(draw(POOL, 2, seed)) for seed in range(50)}) > 3


def test_an_empty_pool_gives_nothing():
    assert draw([], 3, 1) == []
    assert draw([[]], 3, 1) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("I am Amina and amina's code works.", {"Amina"}),
        ("Je m'appelle Aminá.", {"Amina"}),
        ("AMINA-HAJI wrote this", {"Amina Haji"}),
        ("اسمي أمينة", {"امینه"}),
        ("Write to amina@school.example or https://amina.example/me", {"X"}),
        ("Call +49 170 123 45 67 or @amina_codes", {"X"}),
    ],
)
def test_names_and_ways_to_reach_her_are_taken_out(words, names):
    masked = mask(words, names)
    assert MASK in masked
    for trace in ("amina", "aminá", "أمينة", "170", "haji"):
        assert trace not in masked.lower()


def test_words_that_only_contain_a_name_stay():
    assert mask("An animated banana", {"Ana"}) == "An animated banana"
    assert mask("Bo is about to go", {"Bo"}) == f"{MASK} is about to go"
    assert mask("x = 1234567", {"Amina"}) == "x = 1234567"
    assert mask("@dataclass\nn = 12345678901  # Amina", {"Amina"}, program=True).startswith(
        "@dataclass\nn = 12345678901"
    )
