class Robot:
    def __init__(self, name):
        pass

    def move(self, steps):
        pass

    def before_move(self, steps):
        pass

    def after_move(self):
        pass

    def describe(self):
        pass

    def label(self):
        pass

    @classmethod
    def build(cls, *names):
        pass

    @classmethod
    def forget(cls):
        pass

    def __eq__(self, other):
        pass

    def __hash__(self):
        pass


class FastRobot(Robot):
    def label(self):
        pass


class Report:
    def make(self, items):
        pass

    def head(self, count):
        pass

    def line(self, number, item):
        pass
