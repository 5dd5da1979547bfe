class Positive:
    def __set_name__(self, owner, name):
        pass

    def __get__(self, instance, owner=None):
        pass

    def __set__(self, instance, value):
        pass


class Box:
    def __init__(self, width, height):
        pass

    @property
    def area(self):
        pass


class Point:
    def __init__(self, x, y):
        pass


class Settings:
    def __init__(self, **values):
        pass

    def __getattr__(self, name):
        pass

    def __dir__(self):
        pass


class Frozen:
    def __init__(self, value):
        pass

    def __setattr__(self, name, value):
        pass

    def __delattr__(self, name):
        pass


class Lazy:
    def __init__(self, function):
        pass

    def __get__(self, instance, owner=None):
        pass


class Text:
    def __init__(self, words):
        pass

    @Lazy
    def length(self):
        pass


class Chain:
    def __init__(self, path=()):
        pass

    def __getattr__(self, name):
        pass

    def __call__(self, *values):
        pass

    def __str__(self):
        pass
