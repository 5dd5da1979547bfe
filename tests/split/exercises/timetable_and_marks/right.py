import json
import statistics

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class Student:
    def __init__(self, name, courses):
        self.name = name
        self.courses = courses


def average_by_course(marks):
    return {
        course: statistics.mean(numbers) if numbers else None
        for course, numbers in (
            (course, [mark for found in students.values() for mark in found])
            for course, students in pivot(marks).items()
        )
    }


def add_mark(marks, name, course, mark):
    if type(mark) is not int:
        raise TypeError("a mark is a whole number")
    if not 0 <= mark <= 100:
        raise ValueError(mark)
    marks.setdefault(name, {}).setdefault(course, []).append(mark)


def best_students(marks, course):
    averages = {
        name: statistics.mean(courses[course]) for name, courses in marks.items() if courses.get(course)
    }
    return {name for name, value in averages.items() if value == max(averages.values())}


def ranking(marks):
    averages = [
        (name, statistics.fmean([mark for found in courses.values() for mark in found]))
        for name, courses in marks.items()
    ]
    return sorted(averages, key=lambda pair: (-pair[1], pair[0]))


def pivot(marks):
    turned = {}
    for name, courses in marks.items():
        for course, found in courses.items():
            turned.setdefault(course, {})[name] = list(found)
    return turned


def letter(mark):
    for limit, sign in ((90, "A"), (80, "B"), (70, "C"), (60, "D")):
        if mark >= limit:
            return sign
    return "F"


def summary(numbers):
    if not numbers:
        return None
    ordered = sorted(numbers)
    return {
        "count": len(ordered),
        "smallest": ordered[0],
        "largest": ordered[-1],
        "middle": ordered[len(ordered) // 2],
    }


def to_json(data):
    def convert(value):
        if isinstance(value, Student):
            return vars(value)
        if isinstance(value, set):
            return sorted(value)
        raise TypeError(type(value).__name__)

    return json.dumps(data, indent=2, sort_keys=True, default=convert)


def group_by(items, key):
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


class Timetable:
    def __init__(self):
        self._lessons = {}

    def add(self, day, hour, course, hours=1):
        places = [(day, hour + number) for number in range(hours)]
        for place in places:
            if place in self._lessons:
                raise ValueError(f"{self._lessons[place]} is at that time")
        self._lessons |= dict.fromkeys(places, course)

    def __getitem__(self, place):
        return self._lessons.get(place)

    def __iter__(self):
        used = {day for day, _ in self._lessons}
        return iter([day for day in DAYS if day in used])

    def hours(self):
        counts = {}
        for course in self._lessons.values():
            counts[course] = counts.get(course, 0) + 1
        return counts

    def on(self, day):
        return {hour: course for (other, hour), course in self._lessons.items() if other == day}


def busy_days(table, at_least):
    return [day for day in table if len(table.on(day)) >= at_least]


def clashes(first, second):
    found = []
    for day in first:
        mine, theirs = first.on(day), second.on(day)
        found += [(day, hour, mine[hour], theirs[hour]) for hour in sorted(mine.keys() & theirs.keys())]
    return found
