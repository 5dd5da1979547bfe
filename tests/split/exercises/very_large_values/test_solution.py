import math

import pytest
from solution import digit_sum, factorial, fibonacci, repeat, shared_power, triangle


def test_factorial_of_a_thousand():
    assert factorial(1000) == math.factorial(1000)


def test_factorials_divide():
    assert factorial(1501) // factorial(1500) == 1501
    assert factorial(60) % 61 == 60


def test_fibonacci():
    assert [fibonacci(n) for n in range(10)] == [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]
    assert fibonacci(100) == 354224848179261915075


def test_fibonacci_far_out():
    value = fibonacci(20_000)
    assert value.bit_length() == 13_884
    assert value % 10**9 == (fibonacci(19_999) + fibonacci(19_998)) % 10**9
    assert isinstance(value, int)


@pytest.mark.parametrize(("base", "exponent"), [(2, 12_000), (-3, 5_001), (10, 4_200)])
def test_powers_are_exact(base, exponent):
    assert shared_power(base, exponent) == base**exponent


def test_just_beyond_a_float():
    assert triangle(2**53) == (2**53 * (2**53 + 1)) // 2
    assert triangle(10**30) == 500000000000000000000000000000500000000000000000000000000000


def test_digit_sum_of_a_long_number():
    assert digit_sum(10**3000 - 1) == 27_000
    assert digit_sum(-987) == 24


def test_long_strings():
    text = repeat("añ🦊", 30_000)
    assert len(text) == 90_000
    assert text.count("🦊") == 30_000
    assert text == "añ🦊" * 30_000
    assert text[-3:] == "añ🦊"


def test_long_lines():
    text = repeat("line\n", 2_000)
    assert text.splitlines() == ["line"] * 2_000
