def find_time(text):
    pass


def all_times(text):
    pass


def positions(word, text):
    pass


def is_name(text):
    pass


def hide_numbers(text, mark="#"):
    pass


def replace_all(pattern, change, text):
    pass


def split_words(text):
    pass


def swap(text):
    pass


def parse_line(line):
    pass


def tokens(text):
    pass


def first_match(patterns, text):
    pass
