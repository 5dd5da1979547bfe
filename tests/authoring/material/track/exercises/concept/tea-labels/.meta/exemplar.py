"""Labels of a tea shop."""


def label(name):
    return f"* {name.upper()} *"


def letters(name):
    return len(name.replace(" ", ""))
