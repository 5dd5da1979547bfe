import dataclasses
from dataclasses import FrozenInstanceError, asdict, astuple, replace

import pytest

from solution import Book, Coordinate, Order, Recipe, Temperature


def test_fields_and_defaults():
    book = Book("Rivers", pages=120)
    assert book.title == "Rivers"
    assert book.pages == 120
    assert book.tags == []


def test_two_equal_books():
    assert Book("Rivers", 120) == Book("Rivers", 120)
    assert Book("Rivers", 120) != Book("Rivers", 121)


def test_repr():
    assert repr(Book("Rivers", 120, ["water"])) == "Book(title='Rivers', pages=120, tags=['water'])"


def test_every_book_has_its_own_tags():
    first, second = Book("A", 1), Book("B", 2)
    first.tags.append("new")
    assert second.tags == []
    assert first.tags == ["new"]


def test_a_book_can_be_changed():
    book = Book("A", 1)
    book.pages += 10
    assert book == Book("A", 11)


def test_frozen():
    place = Coordinate(1.5, 2.5)
    with pytest.raises(FrozenInstanceError):
        place.lat = 3
    with pytest.raises(AttributeError):
        del place.lat
    assert place.lat == 1.5


def test_frozen_objects_are_keys():
    names = {Coordinate(1, 2): "home"}
    assert names[Coordinate(1, 2)] == "home"
    assert Coordinate(2, 1) not in names
    assert len({Coordinate(0, 0), Coordinate(0, 0)}) == 1


def test_a_changeable_object_has_no_hash():
    with pytest.raises(TypeError):
        hash(Book("A", 1))


def test_order():
    assert Temperature(10) < Temperature(12)
    assert max([Temperature(3), Temperature(30), Temperature(-5)]) == Temperature(30)
    assert sorted([Temperature(3), Temperature(-5)]) == [Temperature(-5), Temperature(3)]
    assert Temperature(5) >= Temperature(5)


def test_order_looks_at_the_degrees_alone():
    assert Temperature(5, "north") == Temperature(5, "south")
    assert not Temperature(5, "a") < Temperature(5, "b")


def test_order_with_something_else():
    with pytest.raises(TypeError):
        Temperature(5) < "cold"


def test_replace():
    place = Coordinate(1, 2)
    moved = replace(place, lon=9)
    assert moved == Coordinate(1, 9)
    assert place == Coordinate(1, 2)
    assert isinstance(moved, Coordinate)


def test_asdict_goes_into_parts():
    order = Order("Amal", Coordinate(1, 2), [Book("A", 5)])
    assert asdict(order) == {
        "customer": "Amal",
        "place": {"lat": 1, "lon": 2},
        "books": [{"title": "A", "pages": 5, "tags": []}],
        "total_pages": 5,
    }


def test_astuple():
    assert astuple(Coordinate(1, 2)) == (1, 2)
    assert astuple(Book("A", 5, ["x"])) == ("A", 5, ["x"])


def test_asdict_is_a_copy():
    book = Book("A", 5)
    asdict(book)["tags"].append("x")
    assert book.tags == []


def test_names_of_the_fields():
    assert [field.name for field in dataclasses.fields(Order)] == [
        "customer",
        "place",
        "books",
        "total_pages",
    ]
    assert dataclasses.is_dataclass(Coordinate)
    assert dataclasses.is_dataclass(Coordinate(1, 2))


def test_post_init():
    order = Order("Amal", Coordinate(0, 0), [Book("A", 5), Book("B", 7)])
    assert order.total_pages == 12
    with pytest.raises(TypeError):
        Order("Amal", Coordinate(0, 0), [], total_pages=3)


def test_post_init_checks():
    with pytest.raises(ValueError, match="pages"):
        Book("A", -1)


def test_keyword_only():
    recipe = Recipe("Soup", minutes=30)
    assert recipe.minutes == 30
    with pytest.raises(TypeError):
        Recipe("Soup", 30)


def test_inherited_fields():
    recipe = Recipe("Soup", minutes=30, steps=["cook"])
    assert recipe == Recipe("Soup", minutes=30, steps=["cook"])
    assert asdict(recipe) == {"name": "Soup", "minutes": 30, "steps": ["cook"]}
