import pytest

from solution import (
    Graph,
    NoWay,
    cheapest,
    distances,
    groups,
    islands,
    order,
    reachable,
    shortest,
    word_ladder,
)

ROADS = {
    "Alm": ["Bor", "Cil"],
    "Bor": ["Alm", "Dan"],
    "Cil": ["Alm", "Dan", "Eda"],
    "Dan": ["Bor", "Cil"],
    "Eda": ["Cil"],
    "Far": [],
}


def test_reachable():
    assert reachable(ROADS, "Alm") == {"Alm", "Bor", "Cil", "Dan", "Eda"}
    assert reachable(ROADS, "Far") == {"Far"}


def test_the_graph_is_not_changed():
    before = {town: list(towns) for town, towns in ROADS.items()}
    shortest(ROADS, "Alm", "Eda")
    assert before == ROADS


def test_shortest_way():
    assert shortest(ROADS, "Bor", "Eda") == ["Bor", "Alm", "Cil", "Eda"]
    assert shortest(ROADS, "Alm", "Alm") == ["Alm"]


def test_no_way():
    with pytest.raises(NoWay) as caught:
        shortest(ROADS, "Alm", "Far")
    assert caught.value.start == "Alm"
    assert caught.value.goal == "Far"
    assert str(caught.value) == "no way from Alm to Far"


def test_distances():
    assert distances(ROADS, "Eda") == {"Eda": 0, "Cil": 1, "Alm": 2, "Dan": 2, "Bor": 3}


def test_cheapest():
    costs = {"a": {"b": 7, "c": 1}, "b": {"d": 1}, "c": {"b": 2, "d": 9}, "d": {}}
    assert cheapest(costs, "a", "d") == (4, ["a", "c", "b", "d"])
    assert cheapest(costs, "d", "a") is None


def test_cheapest_with_tuples_as_places():
    grid = {(0, 0): {(0, 1): 1}, (0, 1): {(1, 1): 1.5}, (1, 1): {}}
    assert cheapest(grid, (0, 0), (1, 1)) == (2.5, [(0, 0), (0, 1), (1, 1)])


def test_groups():
    assert groups(ROADS) == [{"Alm", "Bor", "Cil", "Dan", "Eda"}, {"Far"}]
    assert groups({}) == []


def test_order():
    needs = {"dinner": ["rice", "soup"], "soup": ["water"], "rice": ["water"], "water": []}
    result = order(needs)
    assert sorted(result) == sorted(needs)
    for task, parts in needs.items():
        assert all(result.index(part) < result.index(task) for part in parts)


def test_a_circle_has_no_order():
    with pytest.raises(ValueError, match="circle"):
        order({"a": ["b"], "b": ["a"]})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(["~~", "~~"], 0), (["#~#", "~~~", "##~"], 3), (["##", "~#"], 1), (["#~", "~#"], 2), ([], 0)],
)
def test_islands(rows, expected):
    assert islands(rows) == expected


def test_word_ladder():
    words = {"cat", "cot", "cog", "dog", "dot", "bat"}
    assert word_ladder("cat", "dog", words) in (["cat", "cot", "cog", "dog"], ["cat", "cot", "dot", "dog"])
    assert word_ladder("cat", "sun", words) is None


class TestGraph:
    @pytest.fixture
    def graph(self):
        graph = Graph()
        for first, second in (("a", "b"), ("b", "c"), ("d", "e")):
            graph.connect(first, second)
        return graph

    def test_neighbours(self, graph):
        assert graph["b"] == {"a", "c"}
        assert graph["missing"] == set()

    def test_asking_adds_nothing(self, graph):
        graph["missing"]
        assert len(graph) == 5

    def test_connected(self, graph):
        assert graph.connected("a", "c")
        assert not graph.connected("a", "d")

    def test_visit_in_order(self, graph):
        seen = []
        graph.visit("a", seen.append)
        assert seen == ["a", "b", "c"]

    def test_visitor_stops(self, graph):
        def stop(node):
            if node == "b":
                raise StopIteration

        with pytest.raises(StopIteration):
            graph.visit("a", stop)

    def test_edges(self, graph):
        assert sorted(graph.edges()) == [("a", "b"), ("b", "c"), ("d", "e")]

    def test_neighbours_are_a_copy(self, graph):
        graph["a"].add("z")
        assert graph["a"] == {"b"}
