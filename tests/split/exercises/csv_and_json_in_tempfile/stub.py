def read_marks(path):
    pass


def write_marks(path, marks):
    pass


def load(path):
    pass


def save(path, state):
    pass


def visit(path, person):
    pass
