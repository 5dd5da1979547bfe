import heapq
import itertools
from collections import deque, namedtuple


class EmptyQueue(IndexError):
    pass


class Patient:
    def __init__(self, name, urgency=0):
        self.name = name
        self.urgency = urgency


Ticket = namedtuple("Ticket", "number people_before")


class Clinic:
    def __init__(self):
        self._waiting = []
        self._count = itertools.count(1)

    def __len__(self):
        return len(self._waiting)

    def arrive(self, patient):
        number = next(self._count)
        ticket = Ticket(number, len(self))
        heapq.heappush(self._waiting, (-patient.urgency, number, patient))
        return ticket

    def next(self):
        if not self._waiting:
            raise EmptyQueue("nobody is waiting")
        return heapq.heappop(self._waiting)[2]

    def peek(self):
        return self._waiting[0][2] if self._waiting else None

    def leave(self, patient):
        places = [place for place, entry in enumerate(self._waiting) if entry[2] is patient]
        if not places:
            raise ValueError(patient.name)
        del self._waiting[places[0]]
        heapq.heapify(self._waiting)

    def serve_all(self, treat):
        count = 0
        while self:
            treat(self.next())
            count += 1
        return count


class Stack:
    def __init__(self, limit=None):
        self._items = []
        self._limit = limit

    def push(self, item):
        if len(self._items) == self._limit:
            raise OverflowError("the stack is full")
        self._items.append(item)

    def pop(self):
        return self._items.pop()

    @property
    def top(self):
        return self._items[-1]

    def __iter__(self):
        return reversed(self._items)

    def __len__(self):
        return len(self._items)


PAIRS = {")": "(", "]": "[", "}": "{"}


def balanced(text):
    stack = Stack()
    for sign in text:
        if sign in PAIRS.values():
            stack.push(sign)
        elif sign in PAIRS and (not stack or stack.pop() != PAIRS[sign]):
            return False
    return len(stack) == 0


def postfix(text):
    actions = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }
    stack = []
    for part in text.split():
        if part in actions:
            if len(stack) < 2:
                raise ValueError("too few numbers")
            right, left = stack.pop(), stack.pop()
            stack.append(actions[part](left, right))
        else:
            stack.append(int(part))
    if not stack:
        raise ValueError("no result")
    return stack[-1]


def hot_potato(people, passes):
    while len(people) > 1:
        people.rotate(-passes)
        people.popleft()
    return people[0]


def merge_lines(first, second):
    first, second = deque(first), deque(second)
    while first and second:
        yield (first if first[0] <= second[0] else second).popleft()
    yield from first or second


class Ring:
    def __init__(self, items):
        self._items = list(items)
        self._place = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self._place == len(self._items):
            self._place = 0
        self._place += 1
        return self._items[self._place - 1]

    def add(self, item):
        self._items.append(item)
