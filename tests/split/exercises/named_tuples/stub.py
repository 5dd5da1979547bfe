class Point:
    pass


class Student:
    pass


def centre(points):
    pass


def parse_student(line):
    pass


def oldest(students):
    pass
