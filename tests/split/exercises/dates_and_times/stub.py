def due_date(start, days):
    pass


def age_on(born, day):
    pass


def parse_day(text):
    pass


def weekday_name(day):
    pass


def total_time(parts):
    pass


def friendly(length):
    pass


def lesson_times(first, count):
    pass


def at_clock(day, text):
    pass


def local_time(moment, zone):
    pass


def same_moment(first, second):
    pass


class Course:
    def __init__(self, start, weeks):
        pass
