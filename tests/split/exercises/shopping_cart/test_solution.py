import pytest
from pytest import approx

from solution import Cart, CartError, Coupon, Product, cheapest_box, receipt, split_bill

TEA = Product("Tea", 2.50)
RICE = Product("Rice", 1.20, weight=1.0)
LAMP = Product("Lamp", 19.99, weight=0.7, tags={"home", "light"})


@pytest.fixture
def cart():
    return Cart()


def test_product():
    assert TEA.name == "Tea"
    assert TEA.weight == 0
    assert LAMP.tags == {"home", "light"}
    assert Product("A", 1) == Product("A", 1)
    assert hash(Product("A", 1)) == hash(Product("A", 1))


def test_empty(cart):
    assert cart.total() == 0
    assert len(cart) == 0
    assert not cart


def test_add_and_total(cart):
    cart.add(TEA, 2)
    cart.add(RICE)
    assert len(cart) == 3
    assert cart.total() == approx(6.20)


def test_add_returns_the_cart(cart):
    assert cart.add(TEA).add(RICE) is cart
    assert cart.total() == approx(3.70)


def test_amounts_by_product(cart):
    cart.add(TEA).add(RICE).add(TEA, 3)
    assert cart.amounts == {TEA: 4, RICE: 1}
    assert cart[TEA] == 4
    assert cart[LAMP] == 0
    assert TEA in cart
    assert LAMP not in cart


def test_change_amounts(cart):
    cart.add(TEA)
    cart[TEA] = 5
    assert len(cart) == 5
    cart[TEA] = 0
    assert TEA not in cart
    with pytest.raises(CartError, match="at least 0"):
        cart[TEA] = -1


def test_remove(cart):
    cart.add(TEA, 2)
    del cart[TEA]
    assert cart.total() == 0
    with pytest.raises(KeyError):
        del cart[TEA]


def test_in_the_order_of_adding(cart):
    cart.add(RICE).add(TEA).add(RICE)
    assert [product.name for product in cart] == ["Rice", "Tea"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("HALF", 10.0, id="half"),
        pytest.param("MINUS3", 17.0, id="minus three"),
        pytest.param("FREE", 0, id="never below zero"),
    ],
)
def test_coupons(cart, code, expected):
    coupons = {
        "HALF": Coupon(percent=50),
        "MINUS3": Coupon(amount=3),
        "FREE": Coupon(amount=500),
    }
    cart.add(Product("Book", 20))
    assert cart.total(coupons[code]) == approx(expected)


def test_coupon_as_a_function_of_the_test(cart):
    cart.add(TEA, 4)
    assert cart.total(lambda total: total - 1) == approx(9)


def test_coupon_for_a_tag(cart):
    cart.add(LAMP).add(TEA)
    assert cart.total(Coupon(percent=10, tag="home")) == approx(19.99 * 0.9 + 2.5)


def test_bad_coupon():
    with pytest.raises(CartError):
        Coupon(percent=120)
    with pytest.raises(CartError):
        Coupon()


def test_receipt(cart):
    cart.add(TEA, 2).add(LAMP)
    assert receipt(cart, width=20) == (
        "Tea    2 x 2.50 5.00\nLamp 1 x 19.99 19.99\n--------------------\nTotal          24.99"
    )


def test_receipt_is_printed(cart, capsys):
    cart.add(RICE)
    cart.show()
    assert capsys.readouterr().out.splitlines()[-1].endswith("1.20")


def test_two_carts_together(cart):
    cart.add(TEA)
    other = Cart().add(TEA).add(RICE)
    both = cart + other
    assert both.amounts == {TEA: 2, RICE: 1}
    assert cart.amounts == {TEA: 1}
    assert other.amounts == {TEA: 1, RICE: 1}


def test_split_bill():
    parts = split_bill({"Amal": 10, "Olena": 2, "Yusuf": 0})
    assert parts == {"Amal": 6.0, "Olena": -2.0, "Yusuf": -4.0}
    assert sum(parts.values()) == 0


def test_cheapest_box():
    boxes = [("small", 1.0, 3), ("medium", 2.0, 4), ("large", 9.0, 8)]
    assert cheapest_box(Cart().add(RICE), boxes) == "small"
    assert cheapest_box(Cart().add(RICE).add(LAMP), boxes) == "medium"
    assert cheapest_box(Cart().add(RICE, 10), boxes) is None


def test_sort_products():
    assert sorted([LAMP, TEA, RICE], key=lambda product: product.price) == [RICE, TEA, LAMP]
    assert max([TEA, RICE], key=Product.label) is TEA
    assert TEA.label() == "Tea: 2.50"
