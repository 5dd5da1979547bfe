import pytest

import solution


@pytest.fixture(scope="session")
def markets():
    return ["north", "south"]


@pytest.fixture
def garden():
    """A garden with one rose; it is closed after the test"""
    made = solution.Garden()
    made.plant(0, "rose")
    yield made
    made.close()
    assert made.open is False


@pytest.fixture
def log(garden):
    return solution.GardenLog(garden)


@pytest.fixture
def planted(garden, request):
    """Plants what the test asks for by a mark or a parameter"""
    for name in getattr(request, "param", ["tulip"]):
        garden.plant(1, name)
    return garden
