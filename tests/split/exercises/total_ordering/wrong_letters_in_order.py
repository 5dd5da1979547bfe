from functools import total_ordering


@total_ordering
class Version:
    def __init__(self, text):
        self.text = text
        parts = [int(part) for part in text.split(".")]
        while parts and parts[-1] == 0:
            parts.pop()
        self._parts = tuple(parts)

    def __eq__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self._parts == other._parts

    def __lt__(self, other):
        if not isinstance(other, Version):
            return NotImplemented
        return self._parts < other._parts

    def __hash__(self):
        return hash(self._parts)

    def __str__(self):
        return self.text


@total_ordering
class Grade:
    ORDER = "FEDCBA"

    def __init__(self, letter):
        if letter not in self.ORDER:
            raise ValueError(letter)
        self.letter = letter

    def __eq__(self, other):
        return self.letter == other.letter

    def __lt__(self, other):
        return self.letter < other.letter


class Task:
    def __init__(self, name, urgency):
        self.name = name
        self.urgency = urgency

    def __lt__(self, other):
        return self.urgency > other.urgency


def latest(versions):
    return max(versions)


def rank(grades):
    return sorted(grades, key=grades.get, reverse=True)


def podium(results):
    return sorted(results, reverse=True)[:3]
