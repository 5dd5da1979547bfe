import math


class Temperature:
    lowest = -273.15

    def __init__(self, celsius=0.0):
        self.celsius = celsius

    @property
    def celsius(self):
        """Degrees Celsius."""
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError("a temperature is a number")
        if value < self.lowest:
            raise ValueError(f"nothing is colder than {self.lowest}")
        self._celsius = value

    @celsius.deleter
    def celsius(self):
        self._celsius = 0.0

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9

    @classmethod
    def from_fahrenheit(cls, value):
        made = cls()
        made.fahrenheit = value
        return made

    @classmethod
    def parse(cls, text):
        number, unit = text[:-1], text[-1:]
        if unit == "C":
            return cls(float(number))
        if unit == "F":
            return cls.from_fahrenheit(float(number))
        raise ValueError(f"no unit: {text!r}")

    @staticmethod
    def is_valid(value):
        return value >= Temperature.lowest


class Circle:
    def __init__(self, radius):
        self.radius = radius

    def __setattr__(self, name, value):
        if name == "radius" and value <= 0:
            raise ValueError("a radius is more than 0")
        super().__setattr__(name, value)

    @property
    def area(self):
        return math.pi * self.radius**2

    @property
    def diameter(self):
        return 2 * self.radius

    @diameter.setter
    def diameter(self, value):
        self.radius = value / 2


class Password:
    def __init__(self, text):
        self.__text = text
        self.tries = 0

    def matches(self, text):
        self.tries += 1
        return text == self.__text

    text = property(None, lambda self, value: setattr(self, "_Password__text", value))
