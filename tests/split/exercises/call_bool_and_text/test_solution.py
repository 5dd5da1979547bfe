import pytest

from solution import Basket, Counter, Duration, Greeter, Person, Switch, make_adder


def test_call():
    hello = Greeter("Hello")
    assert hello("Amal") == "Hello, Amal!"
    assert hello("Amal", mark="?") == "Hello, Amal?"
    assert callable(hello)


def test_calls_are_counted():
    count = Counter()
    assert [count(), count(), count(10)] == [1, 2, 12]
    assert count.total == 12


def test_a_callable_object_as_a_function():
    hello = Greeter("Hi")
    assert list(map(hello, ["A", "B"])) == ["Hi, A!", "Hi, B!"]
    assert sorted(["bb", "a"], key=Greeter("x")) == ["a", "bb"]


def test_make_adder():
    add = make_adder(3)
    assert add(4) == 7
    assert add(-3) == 0


def test_missing_argument():
    with pytest.raises(TypeError):
        Greeter("Hello")()


def test_switch_is_true_when_on():
    switch = Switch()
    assert not switch
    switch.press()
    assert switch
    assert bool(switch) is True


def test_basket_is_true_when_full():
    basket = Basket()
    assert not basket
    basket.add("tea", 2)
    assert basket
    assert len(basket) == 2


def test_truth_in_conditions():
    on, off = Switch(), Switch()
    on.press()
    assert ("yes" if on else "no") == "yes"
    assert [switch for switch in (on, off) if switch] == [on]
    assert any([off, on])
    assert not all([on, off])


def test_str_and_repr():
    person = Person("Olena", 30)
    assert str(person) == "Olena (30)"
    assert repr(person) == "Person('Olena', 30)"
    assert f"{person}" == "Olena (30)"
    assert f"{person!r}" == "Person('Olena', 30)"
    assert "%s" % person == "Olena (30)"


def test_repr_in_a_list():
    assert str([Person("A", 1), Person("B", 2)]) == "[Person('A', 1), Person('B', 2)]"


def test_str_uses_repr():
    assert str(Duration(65)) == "Duration(65)"


def test_printed(capsys):
    print(Person("Amal", 20), Duration(1), sep=" | ")
    assert capsys.readouterr().out == "Amal (20) | Duration(1)\n"


@pytest.mark.parametrize(
    ("spec", "expected"), [("", "1:01:05"), ("s", "3665 s"), ("m", "61 min"), (">10", "   1:01:05")]
)
def test_format(spec, expected):
    assert format(Duration(3665), spec) == expected


def test_format_in_text():
    duration = Duration(59)
    assert f"[{duration:s}]" == "[59 s]"
    assert "{:m} and {:s}".format(duration, duration) == "0 min and 59 s"


def test_bad_format():
    with pytest.raises(ValueError):
        format(Duration(1), "q")


def test_numbers_from_objects():
    assert int(Duration(90)) == 90
    assert float(Duration(90)) == 1.5
    assert round(Duration(89)) == 1
    assert [10, 20, 30][Duration(2)] == 30
    assert list(range(Duration(3))) == [0, 1, 2]


def test_unary_operators():
    assert int(-Duration(5)) == -5
    assert int(abs(Duration(-7))) == 7
    assert int(+Duration(7)) == 7
