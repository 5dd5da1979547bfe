import unittest
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from solution import (
    Course,
    age_on,
    at_clock,
    due_date,
    friendly,
    lesson_times,
    local_time,
    parse_day,
    same_moment,
    total_time,
    weekday_name,
)

TEST_DAY = date(2024, 2, 28)


class DateTest(unittest.TestCase):
    def test_due_date(self):
        self.assertEqual(due_date(TEST_DAY, days=2), date(2024, 3, 1))
        self.assertIs(type(due_date(TEST_DAY, days=0)), date)

    def test_due_date_is_never_on_a_sunday(self):
        self.assertEqual(due_date(date(2024, 3, 1), days=2), date(2024, 3, 4))

    def test_age(self):
        born = date(2000, 6, 15)
        self.assertEqual(age_on(born, date(2024, 6, 14)), 23)
        self.assertEqual(age_on(born, date(2024, 6, 15)), 24)

    def test_parse_day(self):
        self.assertEqual(parse_day("05.03.2024"), date(2024, 3, 5))
        with self.assertRaises(ValueError):
            parse_day("31.02.2024")

    def test_weekday(self):
        self.assertEqual(weekday_name(TEST_DAY), "Wednesday")


class TimeTest(unittest.TestCase):
    def test_total_time(self):
        parts = [timedelta(minutes=50), timedelta(minutes=25), timedelta(hours=1)]
        self.assertEqual(total_time(parts), timedelta(hours=2, minutes=15))
        self.assertEqual(total_time([]), timedelta(0))

    def test_friendly(self):
        self.assertEqual(friendly(timedelta(hours=1, minutes=5)), "1 h 05 min")
        self.assertEqual(friendly(timedelta(days=1, minutes=30)), "24 h 30 min")

    def test_lesson_times(self):
        result = lesson_times(time(9, 0), count=3)
        self.assertEqual(result, [time(9), time(9, 50), time(10, 40)])
        self.assertTrue(all(isinstance(moment, time) for moment in result))

    def test_at_clock(self):
        moment = at_clock(TEST_DAY, "07:45")
        self.assertEqual(moment, datetime(2024, 2, 28, 7, 45))
        self.assertIsNone(moment.tzinfo)
        self.assertEqual(moment.isoformat(sep=" "), "2024-02-28 07:45:00")


class ZoneTest(unittest.TestCase):
    def test_local_time(self):
        noon = datetime(2024, 7, 1, 12, tzinfo=UTC)
        moment = local_time(noon, "Europe/Berlin")
        self.assertEqual(moment.hour, 14)
        self.assertEqual(moment, noon)
        self.assertEqual(moment.tzinfo, ZoneInfo("Europe/Berlin"))
        self.assertEqual(moment.utcoffset(), timedelta(hours=2))

    def test_winter(self):
        noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
        self.assertEqual(local_time(noon, "Europe/Berlin").isoformat(), "2024-01-01T13:00:00+01:00")

    def test_a_time_of_the_test_with_a_zone(self):
        here = datetime(2024, 7, 1, 14, tzinfo=ZoneInfo("Europe/Berlin"))
        self.assertTrue(same_moment(here, datetime(2024, 7, 1, 12, tzinfo=UTC)))
        self.assertFalse(same_moment(here, datetime(2024, 7, 1, 14, tzinfo=UTC)))

    def test_a_fixed_offset(self):
        zone = timezone(timedelta(hours=3, minutes=30))
        moment = datetime(2024, 7, 1, 15, 30, tzinfo=zone)
        self.assertTrue(same_moment(moment, datetime(2024, 7, 1, 12, tzinfo=UTC)))

    def test_the_hour_that_comes_twice(self):
        first = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
        early, late = (local_time(first + timedelta(hours=n), "Europe/Berlin") for n in (0, 1))
        self.assertEqual((early.hour, late.hour), (2, 2))
        self.assertEqual((early.fold, late.fold), (0, 1))
        self.assertTrue(same_moment(late, first + timedelta(hours=1)))

    def test_unknown_zone(self):
        with self.assertRaises(KeyError):
            local_time(datetime(2024, 1, 1, tzinfo=UTC), "Nowhere/Town")


class CourseTest(unittest.TestCase):
    def test_start_and_end(self):
        course = Course(date(2024, 9, 2), weeks=6)
        self.assertEqual(course.end, date(2024, 10, 11))
        self.assertEqual(course.end - course.start, timedelta(days=39))

    def test_days_left(self):
        course = Course(date(2024, 9, 2), weeks=1)
        self.assertEqual(course.days_left(date(2024, 9, 4)), 2)
        self.assertEqual(course.days_left(date(2025, 1, 1)), 0)

    def test_lessons_by_day(self):
        course = Course(date(2024, 9, 2), weeks=2)
        lessons = course.lessons(weekday=2)
        self.assertEqual(lessons, {date(2024, 9, 4): 1, date(2024, 9, 11): 2})


if __name__ == "__main__":
    unittest.main()
