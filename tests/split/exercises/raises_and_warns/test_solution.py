import re
import warnings

import pytest

import solution
from solution import (
    ConfigError,
    Missing,
    OldStyleWarning,
    area,
    check_all,
    load,
    old_area,
    parse_age,
    retry,
    size,
)


def test_parse_age():
    assert parse_age("17") == 17


@pytest.mark.parametrize("text", ["", "ten", "1.5"])
def test_not_a_number(text):
    with pytest.raises(ValueError):
        parse_age(text)


def test_message_and_cause():
    with pytest.raises(ConfigError, match=r"^age: 'ten' is not a number$") as excinfo:
        parse_age("ten")
    assert excinfo.type is ConfigError
    assert excinfo.value.field == "age"
    assert isinstance(excinfo.value.__cause__, ValueError)
    assert not isinstance(excinfo.value.__cause__, ConfigError)
    assert "ten" in str(excinfo.value)


def test_out_of_range():
    with pytest.raises(ConfigError) as excinfo:
        parse_age("200")
    assert str(excinfo.value) == "age: 200 is out of range"
    assert excinfo.value.__cause__ is None
    assert excinfo.value.args == ("age", "200 is out of range")


def test_missing_key():
    with pytest.raises(Missing) as excinfo:
        load({"name": "Amal"}, "age")
    assert excinfo.value.key == "age"
    assert excinfo.value.known == ["name"]
    assert isinstance(excinfo.value, KeyError)


def test_one_of_several():
    for value in (None, -1):
        with pytest.raises((TypeError, ValueError)):
            area(value, 2)


def test_raises_as_a_function():
    pytest.raises(TypeError, area, "2", 3)
    pytest.raises(ConfigError, parse_age, text="x")


def test_match_with_special_characters():
    with pytest.raises(ValueError, match=re.escape("sides must be > 0 (got -1, 2)")):
        area(-1, 2)


def test_errors_of_the_caller_pass_through():
    class Mine(Exception):
        pass

    def fail():
        raise Mine("of the test")

    with pytest.raises(Mine, match="of the test"):
        retry(fail, times=2)


def test_retry_counts():
    calls = []

    def flaky():
        calls.append(len(calls))
        if len(calls) < 3:
            raise OSError("try again")
        return "done"

    assert retry(flaky, times=5) == "done"
    assert calls == [0, 1, 2]


def test_all_errors_at_once():
    errors = check_all({"age": "x", "size": "L"})
    assert [type(error) for error in errors] == [ConfigError, ConfigError]
    assert [error.field for error in errors] == ["age", "size"]
    with pytest.raises(ConfigError, match="size"):
        raise errors[1]


def test_no_error():
    assert check_all({"age": "5", "size": "4"}) == []


def test_warning():
    with pytest.warns(DeprecationWarning, match="use area"):
        assert old_area(2, 3) == 6


def test_warning_of_the_program():
    with pytest.warns(OldStyleWarning) as record:
        size("XL")
    assert len(record) == 1
    assert str(record[0].message) == "XL is an old size, use 5"
    assert issubclass(record[0].category, UserWarning)
    assert issubclass(solution.OldStyleWarning, UserWarning)


def test_no_warning(recwarn):
    assert size("4") == 4
    assert len(recwarn) == 0


def test_recwarn(recwarn):
    old_area(1, 1)
    size("XL")
    assert [w.category.__name__ for w in recwarn.list] == ["DeprecationWarning", "OldStyleWarning"]
    assert recwarn.pop(DeprecationWarning).category is DeprecationWarning


def test_warnings_as_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DeprecationWarning):
            old_area(1, 2)
        assert area(1, 2) == 2


def test_caught_by_hand():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        old_area(1, 2)
        old_area(3, 4)
    assert len(caught) == 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_ignored():
    assert old_area(5, 1) == 5


def test_must_not_be_reached():
    try:
        load({}, "x")
    except KeyError as error:
        assert error.key == "x"
    else:
        pytest.fail("a missing key must be an error")
