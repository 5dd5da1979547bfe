import math

import pytest

from solution import Circle, Password, Temperature


class TestTemperature:
    def test_value(self):
        assert Temperature(20).celsius == 20
        assert Temperature().celsius == 0.0

    def test_set(self):
        temperature = Temperature(20)
        temperature.celsius = 25.5
        assert temperature.celsius == 25.5
        assert temperature.fahrenheit == pytest.approx(77.9)

    def test_set_the_other_unit(self):
        temperature = Temperature()
        temperature.fahrenheit = 212
        assert temperature.celsius == 100

    def test_add_to_it(self):
        temperature = Temperature(20)
        temperature.celsius += 1.5
        assert temperature.celsius == 21.5

    def test_too_cold(self):
        with pytest.raises(ValueError, match=r"-273\.15"):
            Temperature(-300)

    def test_too_cold_later(self):
        """A wrong value changes nothing"""
        temperature = Temperature(5)
        with pytest.raises(ValueError):
            temperature.celsius = -274
        with pytest.raises(ValueError):
            temperature.fahrenheit = -1000
        assert temperature.celsius == 5

    @pytest.mark.parametrize("value", ["20", None, [1], True], ids=repr)
    def test_no_number(self, value):
        with pytest.raises(TypeError, match="a temperature is a number"):
            Temperature(value)

    def test_delete(self):
        temperature = Temperature(30)
        del temperature.celsius
        assert temperature.celsius == 0

    def test_from_fahrenheit(self):
        temperature = Temperature.from_fahrenheit(32)
        assert isinstance(temperature, Temperature)
        assert temperature.celsius == 0

    @pytest.mark.parametrize(("text", "celsius"), [("20C", 20.0), ("-4.5C", -4.5), ("50F", 10.0)])
    def test_parse(self, text, celsius):
        assert Temperature.parse(text).celsius == pytest.approx(celsius)

    @pytest.mark.parametrize("text", ["20", "", "20K", "warmC"])
    def test_parse_nonsense(self, text):
        with pytest.raises(ValueError):
            Temperature.parse(text)

    def test_is_valid(self):
        assert Temperature.is_valid(0)
        assert not Temperature(1).is_valid(-1000)

    def test_it_is_a_property(self):
        assert isinstance(Temperature.celsius, property)
        assert Temperature.celsius.__doc__ == "Degrees Celsius."
        assert Temperature.celsius.fset is not None
        assert "celsius" not in vars(Temperature(3))

    def test_constructors_in_a_subclass(self):
        class Water(Temperature):
            lowest = 0

        assert type(Water.from_fahrenheit(50)) is Water
        with pytest.raises(ValueError, match="colder than 0"):
            Water.parse("-1C")


class TestCircle:
    def test_area(self):
        assert Circle(2).area == pytest.approx(4 * math.pi)

    def test_area_follows_the_radius(self):
        circle = Circle(1)
        circle.radius = 3
        assert circle.area == pytest.approx(9 * math.pi)
        circle.diameter = 2
        assert circle.area == pytest.approx(math.pi)

    def test_area_cannot_be_set(self):
        with pytest.raises(AttributeError):
            Circle(1).area = 5

    @pytest.mark.parametrize("radius", [0, -1])
    def test_radius(self, radius):
        with pytest.raises(ValueError, match="more than 0"):
            Circle(radius)
        circle = Circle(1)
        with pytest.raises(ValueError):
            circle.radius = radius
        assert circle.diameter == 2

    def test_other_attributes_are_free(self):
        circle = Circle(1)
        circle.colour = "red"
        assert circle.colour == "red"
        assert getattr(circle, "weight", None) is None
        assert not hasattr(circle, "weight")
        setattr(circle, "weight", -5)
        assert circle.weight == -5


class TestPassword:
    def test_it_matches(self):
        password = Password("open")
        assert password.matches("open")
        assert not password.matches("Open")
        assert password.tries == 2

    def test_it_cannot_be_read(self):
        password = Password("open")
        with pytest.raises(AttributeError):
            password.text
        with pytest.raises(AttributeError):
            password.__text

    def test_it_can_be_changed(self):
        password = Password("open")
        password.text = "shut"
        assert password.matches("shut")

    def test_its_hidden_name(self):
        assert Password("open")._Password__text == "open"
