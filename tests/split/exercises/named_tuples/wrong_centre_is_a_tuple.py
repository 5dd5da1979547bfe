from collections import namedtuple
from typing import NamedTuple

Point = namedtuple("Point", ["x", "y"], defaults=[0, 0])


class Student(NamedTuple):
    name: str
    age: int
    courses: tuple = ()

    @property
    def is_adult(self):
        return self.age >= 18

    def takes(self, course):
        return course in self.courses


def centre(points):
    count = len(points)
    return (sum(point.x for point in points) / count, sum(point.y for point in points) / count)


def parse_student(line):
    name, age, courses = line.split(";")
    return Student(name, int(age), tuple(courses.split(",")) if courses else ())


def oldest(students):
    return max(students, key=lambda student: student.age)
