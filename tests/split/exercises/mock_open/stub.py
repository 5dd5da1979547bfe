def count_lines(path):
    pass


def read_settings(path):
    pass


def checksum(path):
    pass


def save(path, lines):
    pass


def append_line(path, line):
    pass


def sort_file(path):
    pass
