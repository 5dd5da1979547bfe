class ParseError(ValueError):
    pass


class Line:
    pass


class Tokens:
    def __init__(self, text):
        pass


def parse_settings(text):
    pass


def to_text(settings):
    pass


def find_section(text, name):
    pass


def parse_line(text):
    raise ParseError


def read_records(lines):
    pass


def parse_duration(text):
    pass


def tokens(text):
    pass


def evaluate(text, names={}):
    pass
