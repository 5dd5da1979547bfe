class Book:
    pass


class Coordinate:
    pass


class Order:
    pass


class Recipe:
    pass


class Temperature:
    pass
