import pytest

from solution import Garden, GardenLog


def test_the_garden_of_the_fixture(garden):
    assert garden.all() == ["rose"]
    garden.plant(1, "tulip")
    assert garden.all() == ["rose", "tulip"]


def test_each_test_has_a_new_garden(garden):
    """What another test planted is gone"""
    assert garden.rows == [["rose"], []]


def test_one_garden_for_all_fixtures(garden, log):
    """Fixtures of one test share the garden"""
    garden.plant(1, "lily")
    log.note("planted")
    assert isinstance(log, GardenLog)
    assert log.garden is garden
    assert log.lines == ["2: planted"]


@pytest.mark.parametrize("planted", [["a"], ["a", "b"], []], indirect=True, ids=["one", "two", "none"])
def test_indirect(planted, request):
    assert len(planted.all()) == 1 + len(planted.rows[1])
    assert planted.rows[1] == ["a", "b"][: len(planted.rows[1])]


def test_without_a_parameter(planted):
    assert planted.rows[1] == ["tulip"]


@pytest.fixture(params=[1, 3], ids="rows-{}".format)
def wide(request):
    return Garden(request.param)


def test_a_fixture_with_parameters(wide):
    wide.plant(-1, "oak")
    assert wide.rows[-1] == ["oak"]
    assert wide.all() == ["oak"]


@pytest.fixture(scope="module")
def shared():
    """One garden for the two tests below"""
    garden = Garden(1)
    yield garden
    garden.close()


def test_shared_first(shared):
    shared.plant(0, "first")
    assert shared.all() == ["first"]


def test_shared_second(shared):
    assert shared.open
    shared.plant(0, "second")
    assert shared.all()[-1] == "second"


@pytest.fixture
def closed(garden):
    garden.close()


@pytest.mark.usefixtures("closed")
class TestClosed:
    def test_nothing_can_be_planted(self, garden):
        with pytest.raises(RuntimeError, match="closed"):
            garden.plant(0, "rose")

    def test_nothing_is_left(self, garden):
        assert garden.all() == []


class TestFactory:
    @pytest.fixture
    def make(self):
        made = []

        def make(*names):
            garden = Garden(1)
            for name in names:
                garden.plant(0, name)
            made.append(garden)
            return garden

        yield make
        for garden in made:
            garden.close()

    @pytest.fixture(autouse=True)
    def count(self):
        self.before = Garden.planted

    def test_two_gardens(self, make):
        first, second = make("a"), make("b", "c")
        assert (first.all(), second.all()) == (["a"], ["b", "c"])
        assert Garden.planted - self.before == 3

    def test_an_empty_garden(self, make):
        assert make().all() == []
        assert Garden.planted == self.before

    def test_request(self, request):
        garden = Garden()
        request.addfinalizer(garden.close)
        assert request.getfixturevalue("markets") == ["north", "south"]
        assert garden.open
