VERBOSE = False


LINES = []


class Notebook:
    def __init__(self, name):
        self.name = name
        self.lines = LINES
        self.closed = False
        self.closings = 0

    def write(self, line):
        if self.closed:
            raise ValueError("the notebook is closed")
        self.lines.append(line)

    def close(self):
        if not self.closed:
            self.closed = True
            self.closings += 1

    def describe(self):
        text = f"{self.name}: {len(self.lines)} lines"
        return f"{text}, {'closed' if self.closed else 'open'}" if VERBOSE else text


class Register:
    def __init__(self):
        self.names = []
        self.is_open = False
        self._listener = None

    def __enter__(self):
        self.is_open = True
        return self

    def __exit__(self, kind, error, trace):
        self.is_open = False
        for name in self.names:
            if self._listener:
                self._listener(name)
        self.names.clear()

    def add(self, name):
        self.names.append(name)

    def on_close(self, listener):
        self._listener = listener


class Counter:
    def __init__(self):
        self.value = 0

    def up(self, by=1):
        self.value += by

    def reset(self):
        self.value = 0
