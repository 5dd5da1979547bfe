def plural(word, count=2):
    """The word as it is used for a number of things.

    >>> plural("cat")
    'cats'
    """
    if count == 1:
        return word
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def share(total, people):
    """Give everybody the same; what is left comes last.

    >>> share(7, 3)
    ([2, 2, 2], 1)
    """
    return [total // people] * people, total % people


class Stack:
    """A pile of things.

    >>> stack = Stack()
    >>> stack.push(1)
    >>> stack
    Stack([1])
    """

    def __init__(self, *items):
        self.items = list(items)

    def push(self, item):
        self.items.append(item)
        return self

    def pop(self):
        return self.items.pop()

    def __len__(self):
        return len(self.items)

    def __repr__(self):
        return f"Stack({self.items!r})"


def squares(limit):
    for n in range(limit):
        print(n, n * n)
