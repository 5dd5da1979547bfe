import io
import unittest
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from unittest.mock import patch

import solution


def output_of(function, *args, **kwargs):
    """What the call prints."""
    buffer = io.StringIO()
    with redirect_stdout(buffer):
        function(*args, **kwargs)
    return buffer.getvalue()


class RedirectTest(unittest.TestCase):
    def test_square(self):
        self.assertEqual(output_of(solution.square, 3), "***\n***\n***\n")

    def test_square_with_another_sign(self):
        self.assertEqual(output_of(solution.square, 2, sign="#"), "##\n##\n")

    def test_triangle(self):
        expected = "  *\n ***\n*****\n"
        self.assertEqual(output_of(solution.triangle, 3), expected)

    def test_two_buffers_one_after_the_other(self):
        self.assertEqual(output_of(solution.row, 1, 2), "1-2\n")
        self.assertEqual(output_of(solution.row, 3), "3\n")

    def test_stderr(self):
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            solution.warn("too big")
        self.assertEqual(out.getvalue(), "")
        self.assertEqual(err.getvalue(), "! too big\n")

    def test_nested(self):
        outer, inner = StringIO(), StringIO()
        with redirect_stdout(outer):
            solution.row("a")
            with redirect_stdout(inner):
                solution.row("b", "c")
            solution.row("d")
        self.assertEqual(outer.getvalue(), "a\nd\n")
        self.assertEqual(inner.getvalue(), "b-c\n")


class PatchedStdoutTest(unittest.TestCase):
    @patch("sys.stdout", new_callable=StringIO)
    def test_row(self, stdout):
        solution.row("x", "y", "z")
        self.assertEqual(stdout.getvalue(), "x-y-z\n")

    @patch("sys.stdout", new_callable=StringIO)
    def test_counting_stays_on_one_line(self, stdout):
        solution.count(5)
        self.assertEqual(stdout.getvalue(), "1, 2, 3, 4, 5\n")

    @patch("sys.stdout", new_callable=StringIO)
    def test_counting_to_one(self, stdout):
        solution.count(1)
        self.assertEqual(stdout.getvalue(), "1\n")

    def test_with_statement(self):
        with patch("sys.stdout", StringIO()) as stdout:
            solution.square(1)
            solution.row(7, 8)
            lines = stdout.getvalue().split("\n")
        self.assertListEqual(lines, ["*", "7-8", ""])

    def test_the_test_writes_to_the_same_stream(self):
        with patch("sys.stdout", new=StringIO()) as stdout:
            print("before", end="|")
            solution.row(1)
            print("after")
        self.assertEqual(stdout.getvalue(), "before|1\nafter\n")

    @patch("builtins.print")
    def test_print_itself_is_replaced(self, mock_print):
        solution.row(1, 2)
        mock_print.assert_called_once_with(1, 2, sep="-")

    def test_a_given_file(self):
        target = StringIO()
        solution.banner("Hi", file=target)
        self.assertEqual(target.getvalue(), "+----+\n| Hi |\n+----+\n")

    @patch("sys.stdout", new_callable=StringIO)
    def test_a_banner_goes_to_stdout_when_no_file_is_given(self, stdout):
        solution.banner("a b")
        self.assertEqual(stdout.getvalue(), "+-----+\n| a b |\n+-----+\n")


if __name__ == "__main__":
    unittest.main()
