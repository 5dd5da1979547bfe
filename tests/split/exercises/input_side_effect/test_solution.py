import unittest
from io import StringIO
from unittest import mock
from unittest.mock import call, patch

import solution


class AskTest(unittest.TestCase):
    @patch("builtins.input", side_effect=["3", "4"])
    def test_sum_of_two(self, mock_input):
        self.assertEqual(solution.sum_of_two(), 7)
        self.assertEqual(mock_input.call_count, 2)

    @patch("builtins.input", side_effect=["3", "4"])
    def test_prompts(self, mock_input):
        solution.sum_of_two()
        mock_input.assert_has_calls([call("First: "), call("Second: ")])
        self.assertEqual(mock_input.call_args_list[0], call("First: "))
        self.assertEqual(mock_input.call_args.args, ("Second: ",))

    @patch("builtins.input", return_value="y")
    def test_yes(self, mock_input):
        self.assertTrue(solution.confirm("Delete"))
        mock_input.assert_called_once_with("Delete? [y/n] ")

    @patch("builtins.input", side_effect=["perhaps", "N"])
    def test_asked_again(self, mock_input):
        self.assertFalse(solution.confirm("Save"))
        self.assertEqual(mock_input.call_args_list, [call("Save? [y/n] ")] * 2)

    def test_never_answered(self):
        with patch("builtins.input", side_effect=["?", "", "maybe"]) as mock_input:
            with self.assertRaises(StopIteration):
                solution.confirm("Go")
        self.assertEqual(mock_input.call_count, 4)

    @patch("builtins.input", side_effect=EOFError)
    def test_end_of_input_means_no(self, mock_input):
        self.assertIs(solution.confirm("Go"), False)
        mock_input.assert_called_once()

    @patch("builtins.input", side_effect=KeyboardInterrupt)
    def test_interrupted(self, _):
        with self.assertRaises(KeyboardInterrupt):
            solution.confirm("Go")


class GuessTest(unittest.TestCase):
    def play(self, secret, *guesses):
        with patch("builtins.input", side_effect=list(guesses)) as mock_input:
            with patch("sys.stdout", new_callable=StringIO) as stdout:
                tries = solution.guess(secret)
        return tries, stdout.getvalue().splitlines(), mock_input

    def test_at_once(self):
        tries, lines, _ = self.play(5, "5")
        self.assertEqual(tries, 1)
        self.assertEqual(lines, ["Right!"])

    def test_low_and_high(self):
        tries, lines, mock_input = self.play(5, "2", "9", "5")
        self.assertEqual(tries, 3)
        self.assertEqual(lines, ["Too low", "Too high", "Right!"])
        self.assertEqual([c.args[0] for c in mock_input.mock_calls], ["Guess 1: ", "Guess 2: ", "Guess 3: "])

    def test_five_tries_at_most(self):
        tries, lines, mock_input = self.play(5, *"1234678")
        self.assertIsNone(tries)
        self.assertEqual(lines[-1], "It was 5")
        self.assertEqual(mock_input.call_count, 5)

    def test_not_a_number_does_not_count(self):
        tries, _, _ = self.play(5, "five", "4", "5")
        self.assertEqual(tries, 2)


class ShoppingTest(unittest.TestCase):
    def test_an_empty_line_ends_the_list(self):
        with mock.patch("builtins.input", side_effect=["tea", "bread", ""]):
            self.assertEqual(solution.shopping(), ["tea", "bread"])

    def test_without_an_empty_line(self):
        with mock.patch("builtins.input", side_effect=["tea", "bread"]):
            with self.assertRaises(StopIteration):
                solution.shopping()

    def test_no_prompt(self):
        with mock.patch("builtins.input", side_effect=[""]) as mock_input:
            self.assertEqual(solution.shopping(), [])
        mock_input.assert_called_once_with()


if __name__ == "__main__":
    unittest.main()
