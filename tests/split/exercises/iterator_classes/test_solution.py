import collections.abc
import itertools
import random

import pytest

from solution import Batches, Countdown, Deck, Steps


@pytest.fixture
def deck():
    return Deck(["Sun", "Moon", "Star", "Cloud"])


class TestCountdown:
    def test_for_loop(self):
        seen = []
        for number in Countdown(3):
            seen.append(number)
        assert seen == [3, 2, 1]

    def test_it_is_its_own_iterator(self):
        countdown = Countdown(2)
        assert iter(countdown) is countdown
        assert isinstance(countdown, collections.abc.Iterator)

    def test_it_ends_and_stays_at_the_end(self):
        countdown = Countdown(1)
        assert next(countdown) == 1
        for _ in range(2):
            with pytest.raises(StopIteration):
                next(countdown)
        assert list(countdown) == []

    def test_a_half_used_one_goes_on(self):
        countdown = Countdown(5)
        next(countdown)
        next(countdown)
        assert list(countdown) == [3, 2, 1]
        assert countdown.current == 0

    def test_unpacking(self):
        first, *rest = Countdown(4)
        assert first == 4
        assert rest == [3, 2, 1]
        assert [*Countdown(2), *Countdown(1)] == [2, 1, 1]

    @pytest.mark.parametrize("use", [sum, max, len, sorted, set], ids=lambda use: use.__name__)
    def test_built_in_functions(self, use):
        numbers = [3, 2, 1]
        if use is len:
            with pytest.raises(TypeError):
                len(Countdown(3))
        else:
            assert use(Countdown(3)) == use(numbers)

    def test_with_zip_and_enumerate(self):
        assert list(zip(Countdown(2), "ab")) == [(2, "a"), (1, "b")]
        assert list(enumerate(Countdown(2), 1)) == [(1, 2), (2, 1)]
        assert list(map(str, Countdown(2))) == ["2", "1"]
        assert list(itertools.chain(Countdown(1), [7])) == [1, 7]


class TestDeck:
    def test_length_and_places(self, deck):
        assert len(deck) == 4
        assert deck[0] == "Sun"
        assert deck[-1] == "Cloud"
        assert deck[1:3] == ["Moon", "Star"]

    def test_no_such_place(self, deck):
        with pytest.raises(IndexError):
            deck[4]

    def test_change_a_card(self, deck):
        deck[0] = "Rain"
        del deck[-1]
        assert list(deck) == ["Rain", "Moon", "Star"]

    def test_each_loop_starts_anew(self, deck):
        assert list(deck) == list(deck)
        assert iter(deck) is not iter(deck)

    def test_two_loops_at_once(self, deck):
        assert len([(a, b) for a in deck for b in deck]) == 16

    def test_backwards(self, deck):
        assert list(reversed(deck)) == ["Cloud", "Star", "Moon", "Sun"]

    @pytest.mark.parametrize("card", ["Sun", "SUN", "star"])
    def test_it_knows_its_cards(self, deck, card):
        assert card in deck

    def test_it_knows_what_it_has_not(self, deck):
        assert "Storm" not in deck

    def test_the_given_list_stays(self):
        cards = ["Sun"]
        deck = Deck(cards)
        deck[0] = "Moon"
        assert cards == ["Sun"]

    def test_shuffle(self, deck):
        random.seed(5)
        random.shuffle(deck)
        assert sorted(deck) == ["Cloud", "Moon", "Star", "Sun"]

    def test_choice(self, deck):
        assert random.choice(deck) in ["Sun", "Moon", "Star", "Cloud"]

    def test_an_empty_deck_is_false(self):
        assert not Deck([])
        assert Deck(["Sun"])


class TestSteps:
    def test_iteration_by_index(self):
        assert list(Steps(3)) == [0, 10, 20]

    def test_membership_by_index(self):
        assert 20 in Steps(3)
        assert 30 not in Steps(3)

    def test_it_has_no_length(self):
        with pytest.raises(TypeError):
            len(Steps(3))


class TestBatches:
    def test_batches(self):
        assert list(Batches("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]

    def test_nothing(self):
        assert list(Batches([], 3)) == []

    def test_from_an_endless_source(self):
        batches = Batches(itertools.count(), 3)
        assert next(batches) == [0, 1, 2]
        assert next(batches) == [3, 4, 5]

    def test_from_another_iterator_of_the_program(self):
        assert list(Batches(Countdown(3), 2)) == [[3, 2], [1]]

    def test_the_source_is_read_step_by_step(self):
        source = iter(range(10))
        next(Batches(source, 4))
        assert next(source) == 4
