class Temperature:
    def __init__(self, celsius=0.0):
        pass

    @property
    def celsius(self):
        pass

    @celsius.setter
    def celsius(self, value):
        pass

    @celsius.deleter
    def celsius(self):
        pass

    @property
    def fahrenheit(self):
        pass

    @fahrenheit.setter
    def fahrenheit(self, value):
        pass

    @classmethod
    def from_fahrenheit(cls, value):
        pass

    @classmethod
    def parse(cls, text):
        pass

    @staticmethod
    def is_valid(value):
        pass


class Circle:
    def __init__(self, radius):
        pass

    def __setattr__(self, name, value):
        pass

    @property
    def area(self):
        pass

    @property
    def diameter(self):
        pass

    @diameter.setter
    def diameter(self, value):
        pass


class Password:
    def __init__(self, text):
        pass

    def matches(self, text):
        pass
