import datetime
import time
from unittest import mock

import pytest

import solution


@pytest.fixture
def sleep(monkeypatch):
    """Nobody waits in these tests"""
    fake = mock.Mock()
    monkeypatch.setattr(time, "sleep", fake)
    return fake


class FakeClock:
    def __init__(self, now=1000.0):
        self.now = now

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    fake = FakeClock()
    monkeypatch.setattr("time.time", fake)
    monkeypatch.setattr("time.perf_counter", fake)
    monkeypatch.setattr("time.sleep", fake.sleep)
    return fake


def test_wait_politely(sleep):
    """`wait_politely` counts the seconds"""
    told = []
    solution.wait_politely(3, told.append)
    assert told == [3, 2, 1, "now"]
    assert sleep.call_args_list == [mock.call(1)] * 3


def test_wait_politely_for_a_minute(clock):
    solution.wait_politely(60, lambda left: None)
    assert clock.now == 1060.0


@pytest.mark.parametrize(
    ("answers", "expected", "pauses"),
    [([True], 1, []), ([False, True], 2, [0.5]), ([0, None, ""], None, [0.5, 1.0, 2.0])],
    ids=["at once", "second", "never"],
)
def test_retry(sleep, answers, expected, pauses):
    action = mock.Mock(side_effect=answers)
    assert solution.retry(action) == expected
    assert [args.args[0] for args in sleep.call_args_list] == pauses


def test_stopwatch(clock):
    watch = solution.Stopwatch()
    watch.start()
    clock.now += 2.5
    assert watch.stop() == 2.5


def test_stopwatch_by_side_effect():
    with mock.patch("time.time", side_effect=[10.0, 13.25]):
        watch = solution.Stopwatch()
        watch.start()
        assert watch.stop() == pytest.approx(3.25)


def test_stopwatch_not_started(clock):
    watch = solution.Stopwatch()
    with pytest.raises(RuntimeError, match="not started"):
        watch.stop()
    watch.start()
    watch.stop()
    with pytest.raises(RuntimeError):
        watch.stop()


def test_measure(clock):
    assert solution.measure(lambda: clock.sleep(7)) == 7
    assert solution.measure(lambda: time.sleep(0.5)) == 0.5


def test_time_goes_on_without_the_fake():
    assert time.time() > 1_000_000
    assert 0 <= solution.measure(lambda: None) < 1


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (0, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (17, "Good afternoon"),
        (18, "Good evening"),
    ],
)
def test_greeting(hour, expected):
    with mock.patch("solution.datetime") as fake:
        fake.now.return_value = datetime.datetime(2024, 5, 17, hour, 30)
        assert solution.greeting() == expected


def fixed_date(monkeypatch, *parts):
    class FixedDate(datetime.date):
        @classmethod
        def today(cls):
            return cls(*parts)

    monkeypatch.setattr(solution, "date", FixedDate)


def test_age_before_the_birthday(monkeypatch):
    fixed_date(monkeypatch, 2024, 5, 17)
    assert solution.age(datetime.date(2000, 5, 18)) == 23


def test_age_on_the_birthday(monkeypatch):
    fixed_date(monkeypatch, 2024, 5, 17)
    assert solution.age(datetime.date(2000, 5, 17)) == 24


def test_due():
    with mock.patch("solution.dt.date", wraps=datetime.date) as fake:
        fake.today.return_value = datetime.date(2024, 2, 20)
        assert solution.due() == datetime.date(2024, 3, 5)
        assert solution.due(days=0) == datetime.date(2024, 2, 20)


def test_due_by_the_real_clock():
    assert solution.due(1) - datetime.date.today() == datetime.timedelta(days=1)


def test_stamp(monkeypatch):
    monkeypatch.setattr(solution, "datetime", mock.Mock(wraps=datetime.datetime))
    solution.datetime.now.return_value = datetime.datetime(2031, 1, 2, 3, 4, 5)
    assert solution.stamp() == "2031-01-02 03:04"


def test_stamp_of_a_moment():
    assert solution.stamp(datetime.datetime(1999, 12, 31, 23, 59)) == "1999-12-31 23:59"
