class Positive:
    """A descriptor for numbers above zero."""

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return instance.__dict__.get(self.name, 1)

    def __set__(self, instance, value):
        if value <= 0:
            raise ValueError(f"{self.name} must be positive")
        instance.__dict__[self.name] = value


class Box:
    width = Positive()
    height = Positive()

    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def area(self):
        return self.width * self.height


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Settings:
    def __init__(self, **values):
        self._values = values
        self.asked = []

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        self.asked.append(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"no setting {name!r}") from None

    def __dir__(self):
        return ["asked", *self._values]


class Frozen:
    def __init__(self, value):
        object.__setattr__(self, "value", value)

    def __setattr__(self, name, value):
        raise AttributeError(f"{name} cannot be changed")

    def __delattr__(self, name):
        raise AttributeError(f"{name} cannot be deleted")


class Lazy:
    """Works a value out when it is first asked for."""

    def __init__(self, function):
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return self.function(instance)


class Text:
    def __init__(self, words):
        self.words = words
        self.counted = 0

    @Lazy
    def length(self):
        """The number of letters."""
        self.counted += 1
        return sum(len(word) for word in self.words)


class Chain:
    def __init__(self, path=()):
        self._path = path

    def __getattr__(self, name):
        return Chain((*self._path, name))

    def __call__(self, *values):
        return Chain((*self._path[:-1], f"{self._path[-1]}({', '.join(map(str, values))})"))

    def __str__(self):
        return ".".join(self._path)
