class Notebook:
    def __init__(self, name):
        self.closed = False

    def write(self, line):
        pass

    def close(self):
        self.closed = True


class Register:
    pass


class Counter:
    pass
