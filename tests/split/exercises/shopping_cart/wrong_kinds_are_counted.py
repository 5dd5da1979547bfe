from collections import Counter
from dataclasses import dataclass


class CartError(Exception):
    pass


@dataclass(frozen=True)
class Product:
    name: str
    price: float
    weight: float = 0
    tags: frozenset = frozenset()

    def __hash__(self):
        return hash(self.name)

    def label(self):
        return f"{self.name}: {self.price:.2f}"


class Coupon:
    def __init__(self, percent=0, amount=0, tag=None):
        if not 0 <= percent <= 100 or not (percent or amount):
            raise CartError("not a coupon")
        self.percent = percent
        self.amount = amount
        self.tag = tag

    def __call__(self, total):
        return max(total * (100 - self.percent) / 100 - self.amount, 0)


class Cart:
    def __init__(self, amounts=()):
        self._amounts = Counter(amounts)

    @property
    def amounts(self):
        return dict(self._amounts)

    def add(self, product, amount=1):
        self._amounts[product] += amount
        return self

    def __getitem__(self, product):
        return self._amounts[product]

    def __setitem__(self, product, amount):
        if amount < 0:
            raise CartError("an amount is at least 0")
        if amount:
            self._amounts[product] = amount
        else:
            del self._amounts[product]

    def __delitem__(self, product):
        self._amounts.pop(product)

    def __contains__(self, product):
        return product in self._amounts

    def __iter__(self):
        return iter(self._amounts)

    def __len__(self):
        return len(self._amounts)

    def __add__(self, other):
        return Cart(self._amounts + other._amounts)

    def total(self, coupon=None):
        tag = getattr(coupon, "tag", None)
        full = reduced = 0
        for product, amount in self._amounts.items():
            if tag is None or tag in product.tags:
                reduced += product.price * amount
            else:
                full += product.price * amount
        return full + (reduced if coupon is None else coupon(reduced))

    def show(self):
        print(receipt(self))


def receipt(cart, width=30):
    lines = []
    for product in cart:
        cost = f"{cart[product]} x {product.price:.2f} {product.price * cart[product]:.2f}"
        lines.append(product.name + " " + cost.rjust(width - len(product.name) - 1))
    lines.append("-" * width)
    lines.append("Total" + f"{cart.total():.2f}".rjust(width - 5))
    return "\n".join(lines)


def split_bill(paid):
    share = sum(paid.values()) / len(paid)
    return {name: amount - share for name, amount in paid.items()}


def cheapest_box(cart, boxes):
    weight = sum(product.weight * cart[product] for product in cart)
    fitting = [(price, name) for name, limit, price in boxes if weight <= limit]
    return min(fitting)[1] if fitting else None
