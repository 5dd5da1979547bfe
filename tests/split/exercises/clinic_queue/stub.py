class EmptyQueue(Exception):
    pass


class Patient:
    def __init__(self, name, urgency=0):
        pass


class Ticket:
    pass


class Clinic:
    def arrive(self, patient):
        pass


class Stack:
    def __init__(self, limit=None):
        pass


class Ring:
    def __init__(self, items):
        pass


def balanced(text):
    pass


def postfix(text):
    return text


def hot_potato(people, passes):
    pass


def merge_lines(first, second):
    pass
