from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def due_date(start, days):
    day = start + timedelta(days=days)
    return day + timedelta(days=1) if day.weekday() == 6 else day


def age_on(born, day):
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def parse_day(text):
    return datetime.strptime(text, "%d.%m.%Y").date()


def weekday_name(day):
    return f"{day:%A}"


def total_time(parts):
    return sum(parts, timedelta())


def friendly(length):
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60:02} min"


def lesson_times(first, count):
    start = datetime.combine(date(2000, 1, 1), first)
    return [(start + timedelta(minutes=50) * number).time() for number in range(count)]


def at_clock(day, text):
    return datetime.combine(day, time.fromisoformat(text))


def local_time(moment, zone):
    return moment.astimezone(ZoneInfo(zone))


def same_moment(first, second):
    return first.timestamp() == second.timestamp()


class Course:
    def __init__(self, start, weeks):
        self.start = start
        self.end = start + timedelta(weeks=weeks, days=-3)

    def days_left(self, today):
        return max((self.end - today).days, 0)

    def lessons(self, weekday):
        day, found = self.start, {}
        while day <= self.end:
            if day.weekday() == weekday:
                found[day] = len(found) + 1
            day += timedelta(days=1)
        return found
