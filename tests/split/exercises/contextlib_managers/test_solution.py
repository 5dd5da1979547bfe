import os
from contextlib import ExitStack

import pytest

from solution import Resource, changed, opened, polite, tag, variable


def test_tag():
    out = []
    with tag("p", out):
        out.append("text")
    assert out == ["<p>", "text", "</p>"]


def test_nested_tags():
    """Tags close from the inside to the outside"""
    out = []
    with tag("ul", out), tag("li", out):
        out.append("one")
    assert "".join(out) == "<ul><li>one</li></ul>"


def test_tag_gives_nothing():
    with tag("p", []) as given:
        assert given is None


def test_tag_as_decorator():
    """A manager of `contextmanager` can decorate a function"""
    out = []

    @tag("b", out)
    def write(text):
        out.append(text)
        return len(out)

    assert write("x") == 2
    assert write("y") == 5
    assert out == ["<b>", "x", "</b>", "<b>", "y", "</b>"]


def test_tag_does_not_close_after_an_error():
    out = []
    with pytest.raises(ZeroDivisionError):
        with tag("p", out):
            1 / 0
    assert out == ["<p>"]


def test_changed_inside_and_back():
    settings = {"colour": "red", "size": 3}
    with changed(settings, colour="blue", new=True) as inside:
        assert inside is settings
        assert settings == {"colour": "blue", "size": 3, "new": True}
    assert settings == {"colour": "red", "size": 3}


@pytest.mark.parametrize("error", [KeyError("k"), RuntimeError("r"), AssertionError()])
def test_changed_back_after_an_error(error):
    settings = {"size": 3}
    with pytest.raises(type(error)) as raised:
        with changed(settings, size=4):
            assert settings["size"] == 4
            raise error
    assert raised.value is error
    assert settings == {"size": 3}


def test_polite_writes():
    log = []
    with polite(log) as write:
        write("one")
        write("two")
    assert log == ["one", "two"]


def test_polite_about_value_errors():
    """A ValueError in the block does not come out"""
    log = []
    with polite(log):
        int("many")
    assert log == ["sorry: invalid literal for int() with base 10: 'many'"]


def test_not_polite_about_others():
    log = []
    with pytest.raises(TypeError):
        with polite(log):
            int([])
    assert log == []


def test_an_error_inside_another_manager():
    log, out = [], []
    with polite(log):
        with tag("p", out):
            raise ValueError("inner")
    assert (log, out) == (["sorry: inner"], ["<p>"])


def test_variable_is_set_and_removed(monkeypatch):
    monkeypatch.delenv("COURSE_LEVEL", raising=False)
    with variable("COURSE_LEVEL", "B1"):
        assert os.environ["COURSE_LEVEL"] == "B1"
    assert "COURSE_LEVEL" not in os.environ


def test_variable_comes_back(monkeypatch):
    monkeypatch.setenv("COURSE_LEVEL", "A2")
    with variable("COURSE_LEVEL", "B1"):
        with variable("COURSE_LEVEL", "C1"):
            assert os.getenv("COURSE_LEVEL") == "C1"
        assert os.getenv("COURSE_LEVEL") == "B1"
    assert os.getenv("COURSE_LEVEL") == "A2"


def test_opened_closes():
    resource = Resource()
    with opened(resource, keep=False) as given:
        assert given is resource
        assert not resource.closed
    assert resource.closed is True


def test_opened_keeps():
    resource = Resource()
    with opened(resource, keep=True) as given:
        assert given is resource
    assert resource.closed is False


def test_opened_with_a_resource_of_the_test():
    class Tap:
        closings = 0

        def close(self):
            Tap.closings += 1

    with ExitStack() as stack:
        tap = stack.enter_context(opened(Tap(), keep=False))
        assert isinstance(tap, Tap)
    assert Tap.closings == 1
