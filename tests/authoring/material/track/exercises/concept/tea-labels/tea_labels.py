"""Labels of a tea shop."""


def label(name):
    """The name in capitals between two stars."""


def letters(name):
    """How many letters the name has."""
