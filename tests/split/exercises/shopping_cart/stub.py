class CartError(Exception):
    pass


class Product:
    def __init__(self, name, price, weight=0, tags=()):
        pass


class Coupon:
    def __init__(self, percent=0, amount=0):
        pass


class Cart:
    pass


def receipt(cart, width=30):
    pass


def split_bill(paid):
    pass


def cheapest_box(cart, boxes):
    pass
