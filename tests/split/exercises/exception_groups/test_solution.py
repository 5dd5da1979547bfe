import pytest

from solution import CheckFailed, FormErrors, check_form, clean_up, names_of, run_tasks, sort_errors


def test_no_error_at_all():
    assert check_form({"name": "Amal", "age": "20"}) == {"name": "Amal", "age": 20}


def test_every_error_is_in_the_group():
    with pytest.raises(ExceptionGroup) as caught:
        check_form({"name": "", "age": "old"})
    group = caught.value
    assert group.message == "the form has 2 errors"
    assert [type(error) for error in group.exceptions] == [CheckFailed, ValueError]
    assert group.exceptions[0].field == "name"


def test_a_group_of_one():
    with pytest.raises(ExceptionGroup, match="1 error") as caught:
        check_form({"name": "Amal", "age": "-1"})
    (error,) = caught.value.exceptions
    assert str(error) == "age: must not be negative"


def test_the_group_is_taken_apart():
    with pytest.raises(ExceptionGroup) as caught:
        check_form({"name": "", "age": "old"})
    checks, rest = caught.value.split(CheckFailed)
    assert len(checks.exceptions) == 1
    assert [type(error) for error in rest.exceptions] == [ValueError]
    assert caught.value.subgroup(KeyError) is None


def test_except_star_in_the_test():
    seen = []
    try:
        check_form({"name": "", "age": "old"})
    except* CheckFailed as group:
        seen += [error.field for error in group.exceptions]
    except* ValueError as group:
        seen.append(len(group.exceptions))
    assert seen == ["name", 1]


def test_groups_in_groups():
    with pytest.raises(ExceptionGroup) as caught:
        run_tasks([lambda: check_form({"name": "", "age": "x"}), lambda: 1 / 0, lambda: "fine"])
    inner, zero = caught.value.exceptions
    assert isinstance(inner, ExceptionGroup)
    assert isinstance(zero, ZeroDivisionError)
    assert len(inner.exceptions) == 2


def test_results_without_errors():
    assert run_tasks([lambda: 1, lambda: "b"]) == [1, "b"]


def test_a_group_of_the_program():
    errors = FormErrors("wrong", [CheckFailed("a", "is missing"), TypeError("t")])
    assert errors.fields == ["a"]
    assert isinstance(errors, ExceptionGroup)
    assert str(errors) == "wrong (2 sub-exceptions)"


def test_the_program_raises_its_own_group():
    with pytest.raises(FormErrors) as caught:
        check_form({"name": "", "age": "1"}, strict=True)
    assert caught.value.fields == ["name"]
    assert caught.value.exceptions[0].field == "name"


def test_a_group_made_by_the_test():
    group = ExceptionGroup("all", [ValueError("a"), KeyError("b"), ValueError("c")])
    assert sort_errors(group) == {"ValueError": 2, "KeyError": 1}


def test_deep_group_made_by_the_test():
    group = ExceptionGroup("all", [ExceptionGroup("part", [OSError("x")]), OSError("y")])
    assert sort_errors(group) == {"OSError": 2}
    assert names_of(group) == ["OSError", "OSError"]


def test_clean_up_always_runs():
    order = []
    with pytest.raises(ExceptionGroup) as caught:
        clean_up([lambda: order.append(1), lambda: [][0], lambda: order.append(3)], order)
    assert order == [1, 3, "done"]
    assert isinstance(caught.value.exceptions[0], IndexError)


def test_clean_up_without_errors():
    order = []
    clean_up([lambda: order.append(1)], order)
    assert order == [1, "done"]
