class Robot:
    count = 0
    names = []
    speed = 1

    def __init__(self, name):
        self.name = name
        self.place = 0
        type(self).count += 1
        self.names = [*self.names, name]

    def move(self, steps):
        self.before_move(steps)
        self.place += steps * self.speed
        self.after_move()
        return self

    def before_move(self, steps):
        """A hook."""

    def after_move(self):
        """A hook."""

    def describe(self):
        return f"{self.label()} at {self.place}"

    def label(self):
        return f"{type(self).__name__} {self.name}"

    @classmethod
    def build(cls, *names):
        return [cls(name) for name in names]

    @classmethod
    def forget(cls):
        Robot.count = 0
        Robot.names.clear()

    def __eq__(self, other):
        return type(self) is type(other) and self.name == other.name

    def __hash__(self):
        return hash(self.name)


class FastRobot(Robot):
    speed = 3

    def label(self):
        return "fast " + super().label()


class Report:
    def make(self, items):
        lines = [self.head(len(items))]
        lines += [self.line(number, item) for number, item in enumerate(items, 1)]
        return "\n".join(lines)

    def head(self, count):
        return f"{count} items"

    def line(self, number, item):
        raise NotImplementedError
