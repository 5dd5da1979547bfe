"""A standing is worked out from numbers and rules alone: more of a sign never helps, and each point has its reason."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.board.standing import DEFAULTS, Level, Rule, Rules, Sign, Signs, stand

numbers = st.integers(0, 120)


@st.composite
def any_signs(draw: st.DrawFn) -> Signs:
    held, due = draw(numbers), draw(numbers)
    return Signs(
        missed=draw(st.integers(0, held)), held=held, overdue=draw(st.integers(0, due)), due=due,
        quiet=draw(numbers), answer=draw(numbers), unread=draw(numbers), active=draw(st.integers(0, 28)),
    )  # fmt: skip


@st.composite
def any_rules(draw: st.DrawFn) -> Rules:
    def rule() -> Rule:
        some = draw(st.integers(1, 99))
        return Rule(draw(st.integers(0, 5)), some, draw(st.integers(some + 1, 100)))

    behind = draw(st.integers(1, 49))
    parts = {sign.value: rule() for sign in Sign}
    return Rules(**parts, behind=behind, risk=draw(st.integers(behind + 1, 50)))


def worse(signs: Signs, sign: Sign, more: int) -> Signs:
    """The same person with more of one sign, where there can be more."""
    match sign:
        case Sign.ABSENT:
            return replace(signs, missed=min(signs.held, signs.missed + more))
        case Sign.OVERDUE:
            return replace(signs, overdue=min(signs.due, signs.overdue + more))
        case _:
            return replace(signs, **{sign.value: getattr(signs, sign.value) + more})


@given(any_signs(), any_rules(), st.sampled_from(list(Sign)), st.integers(0, 60))
def test_more_of_a_sign_never_gives_a_better_standing(signs, rules, sign, more):
    before, after = stand(signs, rules), stand(worse(signs, sign, more), rules)
    assert after.level >= before.level
    assert after.points >= before.points
    assert {reason.sign for reason in before.reasons} <= {reason.sign for reason in after.reasons}


@given(any_signs(), any_rules())
def test_every_point_is_explained(signs, rules):
    standing = stand(signs, rules)
    assert standing.points == sum(reason.points for reason in standing.reasons)
    assert standing.level is Level.ON_TRACK or any(reason.points for reason in standing.reasons)
    for reason in standing.reasons:
        rule = rules.of(reason.sign)
        assert signs.value(reason.sign) >= (rule.much if reason.step == 2 else rule.some)
        assert reason.points == reason.step * rule.weight
    assert (standing.level is Level.AT_RISK) is (standing.points >= rules.risk)


@given(any_signs(), any_rules(), st.integers(0, 28))
def test_active_days_are_shown_and_count_for_nothing(signs, rules, active):
    assert stand(signs, rules) == stand(replace(signs, active=active), rules)


@given(any_signs(), any_rules(), st.sampled_from(list(Sign)))
def test_a_greater_weight_never_gives_a_better_standing(signs, rules, sign):
    heavier = replace(rules.of(sign), weight=rules.of(sign).weight + 1)
    assert stand(signs, replace(rules, **{sign.value: heavier})).level >= stand(signs, rules).level


@given(any_signs())
def test_numbers_survive_being_stored(signs):
    assert Signs.from_json(signs.as_json()) == signs
    assert Signs.from_json({**signs.as_json(), "of another version": 3}) == signs


def test_nobody_without_numbers_is_at_risk():
    assert stand(Signs()).level is Level.ON_TRACK
    assert stand(Signs()).reasons == ()


@pytest.mark.parametrize(
    ("signs", "level"),
    [
        (Signs(missed=1, held=8), Level.ON_TRACK),
        (Signs(missed=2, held=8), Level.BEHIND),
        (Signs(missed=4, held=8), Level.AT_RISK),
        (Signs(missed=2, held=2), Level.ON_TRACK),
        (Signs(overdue=2, due=10), Level.ON_TRACK),
        (Signs(overdue=3, due=10), Level.BEHIND),
        (Signs(overdue=6, due=10), Level.AT_RISK),
        (Signs(overdue=4, due=4), Level.ON_TRACK),
        (Signs(quiet=7), Level.ON_TRACK),
        (Signs(quiet=8), Level.BEHIND),
        (Signs(quiet=15), Level.AT_RISK),
        (Signs(answer=14), Level.BEHIND),
        (Signs(quiet=8, missed=2, held=8), Level.AT_RISK),
        (Signs(unread=60), Level.ON_TRACK),
    ],
)
def test_where_the_usual_rules_draw_the_lines(signs, level):
    assert stand(signs).level is level


def test_work_that_waits_for_us_is_named_and_costs_her_nothing():
    standing = stand(Signs(unread=20))
    assert [(reason.sign, reason.points) for reason in standing.reasons] == [(Sign.UNREAD, 0)]


def test_no_number_is_asked_for_that_punishes_a_life():
    """Speed, days in a row, the hour and the number of tries have no place to stand in."""
    asked = {field.name for field in fields(Signs)} | {field.name for field in fields(DEFAULTS)}
    assert asked == {
        "missed", "held", "overdue", "due", "quiet", "answer", "unread", "active", "absent", "behind", "risk",
    }  # fmt: skip
