class EmptyList(Exception):
    pass


class Node:
    def __init__(self, value, next=None):
        self.value = value


class LinkedList:
    def __init__(self, values=()):
        pass


def reversed_copy(linked):
    pass


def middle(node):
    pass


def has_loop(node):
    pass
