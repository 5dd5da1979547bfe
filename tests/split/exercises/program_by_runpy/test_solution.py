import contextlib
import io
import runpy
import unittest
from unittest.mock import patch


def run_program(text="", name="__main__"):
    """Run solution.py as a program with `text` on its standard input; return its names and its output."""
    out = io.StringIO()
    with patch("sys.stdin", io.StringIO(text)), contextlib.redirect_stdout(out):
        names = runpy.run_module("solution", run_name=name)
    return names, out.getvalue()


class ProgramTest(unittest.TestCase):
    def test_words_are_counted(self):
        _, out = run_program("to be or not to be\n")
        self.assertEqual(out, "be 2\nnot 1\nor 1\nto 2\n")

    def test_several_lines_and_case(self):
        _, out = run_program("The cat\nthe dog\n")
        self.assertEqual(out.splitlines(), ["cat 1", "dog 1", "the 2"])

    def test_no_input(self):
        _, out = run_program("")
        self.assertEqual(out, "no words\n")

    def test_blank_lines(self):
        _, out = run_program("\n \n")
        self.assertEqual(out, "no words\n")

    def test_nothing_happens_on_import(self):
        names, out = run_program("some words\n", name="solution")
        self.assertEqual(out, "")
        self.assertEqual(names["__name__"], "solution")

    def test_every_run_starts_anew(self):
        first = run_program("a a\n")[1]
        second = run_program("a a\n")[1]
        self.assertEqual(first, "a 2\n")
        self.assertEqual(second, first)

    def test_main_with_input(self):
        with patch("builtins.input", side_effect=["x y", "y", EOFError]):
            with contextlib.redirect_stdout(io.StringIO()) as out:
                import solution

                solution.main()
        self.assertEqual(out.getvalue(), "x 1\ny 2\n")

    def test_import_is_silent(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            import solution
        self.assertEqual(out.getvalue(), "")
        self.assertEqual(solution.count_words(["b a", "b"]), {"b": 2, "a": 1})

    def test_count_words_starts_anew(self):
        from solution import count_words

        count_words(["x"])
        self.assertEqual(count_words(["y"]), {"y": 1})


if __name__ == "__main__":
    unittest.main()
