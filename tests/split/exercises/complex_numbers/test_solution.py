import cmath
import math

import pytest

from solution import Signal, escapes, is_real, mirror, polar_form, rotate, solve, spin_all, triangle_area


def test_two_real_solutions():
    assert solve(1, -5, 6) == (2 + 0j, 3 + 0j)


def test_complex_solutions():
    low, high = solve(1, 2, 5)
    assert low == -1 - 2j
    assert high == -1 + 2j
    assert high.real == -1
    assert high.imag == 2
    assert low.conjugate() == high


def test_the_type_is_complex():
    assert all(type(root) is complex for root in solve(1, 0, -4))


def test_solutions_are_right():
    for root in solve(2, 3, 4):
        assert abs(2 * root**2 + 3 * root + 4) < 1e-9


def test_complex_coefficients():
    assert solve(1, 0, 1j)[1] == pytest.approx(cmath.sqrt(-1j))


def test_rotate():
    assert rotate(1 + 0j, 90) == pytest.approx(1j)
    assert rotate(2j, 180) == pytest.approx(-2j)
    assert rotate(3, 360) == pytest.approx(3)


def test_polar_form():
    length, angle = polar_form(-1 + 1j)
    assert length == pytest.approx(math.sqrt(2))
    assert angle == pytest.approx(135)


@pytest.mark.parametrize(("value", "expected"), [(3, True), (3 + 0j, True), (1e-3j, False), (2.5, True)])
def test_is_real(value, expected):
    assert is_real(value) is expected


def test_spin_changes_the_list():
    points = [1 + 0j, 1j]
    assert spin_all(points) is None
    assert points == [1j, -1 + 0j]


def test_area():
    assert triangle_area(0, 4, 3j) == 6
    assert triangle_area(0j, 1 + 1j, 2 + 2j) == 0


def test_escapes():
    assert escapes(0j, limit=50) is None
    assert escapes(2 + 2j, limit=50) == 1
    assert escapes(0.5 + 0.5j, limit=50) == 5


def test_zero_with_a_sign():
    assert math.copysign(1, mirror(1 + 0j).imag) == -1
    assert math.copysign(1, mirror(complex(-0.0, 2)).real) == -1


def test_not_a_number():
    assert cmath.isnan(rotate(complex(math.nan, 0), 90))
    assert cmath.isinf(rotate(complex(0, math.inf), 0))


def test_order_is_refused():
    with pytest.raises(TypeError):
        assert solve(1, 0, 1)[0] < solve(1, 0, 1)[1]


def test_a_number_of_the_program():
    signal = Signal(3, 4)
    assert complex(signal) == 3 + 4j
    assert abs(signal) == 5.0
    assert abs(complex(signal) * 2) == 10.0


def test_signals_add_up():
    assert complex(Signal(1, 2) + Signal(3, 4)) == 4 + 6j
    assert complex(Signal(1, 1) + 2j) == 1 + 3j
    assert complex(1 + Signal(1, 1)) == 2 + 1j


def test_round_trip():
    assert complex(Signal.parse("1+2j")) == complex("1+2j")
    with pytest.raises(ValueError):
        Signal.parse("1 + 2i")
