import random
import unittest
from unittest.mock import MagicMock, Mock, call, patch

from solution import Walk, draw, guess_game, lottery, mixed, password, roll, roll_many


class RollTest(unittest.TestCase):
    @patch("random.randint", return_value=4)
    def test_roll_asks_for_a_number(self, randint):
        self.assertEqual(roll(), 4)
        randint.assert_called_once_with(1, 6)

    @patch("solution.random.randint")
    def test_other_sides(self, randint):
        randint.side_effect = [20, 1]
        self.assertEqual(roll_many(2, sides=20), [20, 1])
        self.assertEqual(randint.call_args_list, [call(1, 20), call(1, 20)])

    def test_all_sides_come_up(self):
        self.assertEqual(set(roll_many(300)), {1, 2, 3, 4, 5, 6})

    def test_the_same_seed_gives_the_same_rolls(self):
        random.seed(7)
        first = roll_many(20)
        random.seed(7)
        self.assertEqual(roll_many(20), first)
        self.assertNotEqual(roll_many(20), first)

    def test_a_known_seed(self):
        random.seed(42)
        expected = [random.randint(1, 6) for _ in range(5)]
        random.seed(42)
        self.assertEqual(roll_many(5), expected)


class DrawTest(unittest.TestCase):
    def test_the_card_leaves_the_deck(self):
        deck = ["sun", "moon", "star"]
        card = draw(deck)
        self.assertEqual(len(deck), 2)
        self.assertNotIn(card, deck)

    @patch("solution.choice", side_effect=lambda cards: cards[-1])
    def test_the_last_card(self, choice):
        deck = ["sun", "moon"]
        self.assertEqual(draw(deck), "moon")
        self.assertEqual(draw(deck), "sun")
        self.assertEqual(deck, [])
        self.assertEqual(choice.call_count, 2)

    def test_an_empty_deck(self):
        with self.assertRaises(IndexError):
            draw([])


class MixedTest(unittest.TestCase):
    def test_nothing_is_lost(self):
        numbers = list(range(30))
        self.assertEqual(sorted(mixed(numbers)), numbers)

    def test_the_given_list_stays(self):
        numbers = [3, 1, 2]
        with patch("random.shuffle", side_effect=list.reverse):
            self.assertEqual(mixed(numbers), [2, 1, 3])
        self.assertEqual(numbers, [3, 1, 2])

    def test_seeded(self):
        random.seed("passage")
        expected = list("abcdefgh")
        random.shuffle(expected)
        random.seed("passage")
        self.assertEqual(mixed("abcdefgh"), expected)


class LotteryTest(unittest.TestCase):
    def test_six_different_numbers(self):
        numbers = lottery()
        self.assertEqual(len(set(numbers)), 6)
        self.assertEqual(numbers, sorted(numbers))
        self.assertTrue(all(1 <= number <= 49 for number in numbers))

    def test_with_a_source_of_the_test(self):
        self.assertEqual(lottery(random.Random(3)), sorted(random.Random(3).sample(range(1, 50), 6)))

    def test_with_a_mock(self):
        rng = Mock()
        rng.sample.return_value = [9, 3]
        self.assertEqual(lottery(rng, 2), [3, 9])
        rng.sample.assert_called_once_with(range(1, 50), 2)

    @patch("random.choices", return_value=["a", "b"])
    def test_password(self, choices):
        self.assertEqual(password(2), "ab")
        choices.assert_called_once_with("abcdefgh", k=2)


class GuessGameTest(unittest.TestCase):
    def play(self, secret, guesses):
        tell = MagicMock()
        with patch("random.randint", return_value=secret):
            tries = guess_game(Mock(side_effect=guesses), tell)
        return tries, [args[0] for args, _ in tell.call_args_list]

    def test_at_once(self):
        self.assertEqual(self.play(5, [5]), (1, ["Right!"]))

    def test_hints(self):
        self.assertEqual(self.play(5, [1, 9, 5]), (3, ["Too small.", "Too big.", "Right!"]))

    def test_the_player_leaves(self):
        with self.assertRaises(KeyboardInterrupt):
            self.play(5, [1, KeyboardInterrupt])


class WalkTest(unittest.TestCase):
    def test_two_walks_with_one_seed(self):
        first, second = Walk(1), Walk(1)
        one = [first.step() for _ in range(10)]
        two = [second.step() for _ in range(10)]
        self.assertEqual(one, two)

    def test_walks_do_not_disturb_each_other(self):
        first, second = Walk(5), Walk(5)
        pairs = [(first.step(), second.step()) for _ in range(10)]
        self.assertTrue(all(one == two for one, two in pairs))

    def test_steps_are_of_one(self):
        walk = Walk(2)
        before = 0
        for _ in range(20):
            after = walk.step()
            self.assertEqual(abs(after - before), 1)
            before = after
        self.assertEqual(walk.place, before)
