def number_lines(source, target):
    pass


def backup(path):
    pass


def find(folder, pattern):
    pass


def total_size(folder):
    pass


def merge(paths, target):
    pass


def report(folder, counts):
    pass


def grow(name, line):
    pass
