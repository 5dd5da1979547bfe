def even_numbers(limit):
    pass


def countdown(start):
    pass


def overlap(first, second):
    pass


def step_of(part):
    pass


def middle(items):
    pass


def chunks(items, size):
    pass


def page_of(number, size):
    pass


def replace_part(items, part, new):
    pass


class Playlist:
    def __init__(self, *songs):
        pass
