import pytest

from solution import Box, Chain, Frozen, Point, Positive, Settings, Text


def test_box():
    box = Box(2, 3)
    assert (box.width, box.height, box.area) == (2, 3, 6)


def test_boxes_are_apart():
    """Each box has its own size"""
    small, large = Box(1, 1), Box(10, 10)
    small.width = 2
    assert small.area == 2
    assert large.area == 100


@pytest.mark.parametrize("name", ["width", "height"])
@pytest.mark.parametrize("value", [0, -1, -0.5])
def test_only_positive(name, value):
    box = Box(2, 3)
    with pytest.raises(ValueError, match=f"^{name} must be positive$"):
        setattr(box, name, value)
    assert getattr(box, name) in (2, 3)


def test_the_descriptor_itself():
    assert isinstance(Box.width, Positive)
    assert Box.height.name == "height"
    assert Box.width is vars(Box)["width"]


def test_a_descriptor_in_a_class_of_the_test():
    """The descriptor works in other classes too"""

    class Tank(Box):
        depth = Positive()

    tank = Tank(1, 2)
    tank.depth = 5
    assert tank.depth == 5
    with pytest.raises(ValueError, match="depth"):
        tank.depth = 0


def test_point():
    point = Point(1, 2)
    point.x = 5
    assert (point.x, point.y) == (5, 2)


def test_point_has_no_room():
    """A point has x and y, and nothing else"""
    point = Point(1, 2)
    with pytest.raises(AttributeError):
        point.z = 3
    assert not hasattr(point, "__dict__")
    assert Point.__slots__ == ("x", "y")


def test_a_deleted_slot():
    point = Point(1, 2)
    del point.x
    with pytest.raises(AttributeError):
        point.x
    assert not hasattr(point, "x")


def test_settings():
    settings = Settings(colour="red", size=3)
    assert settings.colour == "red"
    assert settings.size == 3
    assert settings.asked == ["colour", "size"]


def test_a_missing_setting():
    settings = Settings(size=3)
    with pytest.raises(AttributeError, match="no setting 'weight'"):
        settings.weight
    assert getattr(settings, "weight", "none") == "none"
    assert not hasattr(settings, "height")
    assert settings.asked == ["weight", "weight", "height"]


def test_hidden_names_are_not_asked_for():
    settings = Settings()
    with pytest.raises(AttributeError):
        settings._secret
    assert settings.asked == []


def test_dir():
    assert dir(Settings(b=1, a=2)) == ["a", "asked", "b"]


def test_frozen():
    frozen = Frozen(5)
    assert frozen.value == 5
    with pytest.raises(AttributeError, match="value cannot be changed"):
        frozen.value = 6
    with pytest.raises(AttributeError, match="cannot be deleted"):
        del frozen.value
    with pytest.raises(AttributeError, match="other cannot"):
        frozen.other = 1
    assert frozen.value == 5


def test_lazy():
    text = Text(["ab", "cde"])
    assert text.counted == 0
    assert text.length == 5
    assert text.length == 5
    assert text.counted == 1


def test_lazy_on_the_class():
    assert Text.length.__doc__ == "The number of letters."
    assert type(Text.length).__name__ == "Lazy"


def test_lazy_forgets():
    text = Text(["ab"])
    assert text.length == 2
    text.words.append("c")
    del text.length
    assert text.length == 3


def test_chain():
    assert str(Chain().users.first.name) == "users.first.name"
    assert f"{Chain().items.take(3, 4).sum()}" == "items.take(3, 4).sum()"
    start = Chain().a
    assert (str(start.b), str(start.c)) == ("a.b", "a.c")
