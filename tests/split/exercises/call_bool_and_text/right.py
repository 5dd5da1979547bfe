class Greeter:
    def __init__(self, word):
        self.word = word

    def __call__(self, name, mark="!"):
        return f"{self.word}, {name}{mark}"


class Counter:
    def __init__(self):
        self.total = 0

    def __call__(self, step=1):
        self.total += step
        return self.total


def make_adder(number):
    def add(other):
        return number + other

    return add


class Switch:
    def __init__(self):
        self.on = False

    def press(self):
        self.on = not self.on

    def __bool__(self):
        return self.on


class Basket:
    def __init__(self):
        self._amounts = {}

    def add(self, name, amount):
        self._amounts[name] = self._amounts.get(name, 0) + amount

    def __len__(self):
        return sum(self._amounts.values())


class Person:
    def __init__(self, name, age):
        self.name = name
        self.age = age

    def __str__(self):
        return f"{self.name} ({self.age})"

    def __repr__(self):
        return f"Person({self.name!r}, {self.age!r})"


class Duration:
    def __init__(self, seconds):
        self.seconds = seconds

    def __repr__(self):
        return f"Duration({self.seconds})"

    def __format__(self, spec):
        minutes, seconds = divmod(self.seconds, 60)
        if spec == "s":
            return f"{self.seconds} s"
        if spec == "m":
            return f"{minutes} min"
        hours, minutes = divmod(minutes, 60)
        return format(f"{hours}:{minutes:02}:{seconds:02}", spec)

    def __int__(self):
        return self.seconds

    def __float__(self):
        return self.seconds / 60

    def __round__(self):
        return round(float(self))

    def __index__(self):
        return self.seconds

    def __neg__(self):
        return Duration(-self.seconds)

    def __pos__(self):
        return self

    def __abs__(self):
        return Duration(abs(self.seconds))
