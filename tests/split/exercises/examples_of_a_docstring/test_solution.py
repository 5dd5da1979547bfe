"""The examples of the lesson, as they would look in the console.

>>> from solution import plural, share
>>> plural("book")
'books'
>>> plural("bus"), plural("box"), plural("dish")
('buses', 'boxes', 'dishes')
>>> plural("city"), plural("day")
('cities', 'days')
>>> [plural("child", count) for count in (1, 1)]
['child', 'child']
>>> share(10, 4)
([2, 2, 2, 2], 2)
>>> share(1, 0)
Traceback (most recent call last):
    ...
ZeroDivisionError: integer division or modulo by zero
"""

import doctest
import unittest

import pytest

import solution
from solution import Stack, plural, share, squares

STACK = """
>>> stack = Stack("a")
>>> stack.push("b")
>>> stack
Stack(['a', 'b'])
>>> stack.pop()
'b'
>>> len(stack), bool(stack)
(1, True)
>>> stack.pop() and stack
Stack([])
>>> stack.pop()
Traceback (most recent call last):
IndexError: pop from empty list
"""

SQUARES = """
>>> squares(3)
0 0
1 1
2 4
>>> squares(0)
>>> from solution import squares as again
>>> again is squares
True
"""


def load_tests(loader, tests, pattern):
    tests.addTests(doctest.DocTestSuite())
    return tests


def failures(text, **names):
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    runner.run(parser.get_doctest(text, names, "examples", None, 0), out=lambda _: None)
    return runner.summarize(verbose=False).failed


def test_examples_of_the_lesson():
    assert failures(__doc__) == 0


@pytest.mark.parametrize("text", [STACK, SQUARES], ids=["stack", "squares"])
def test_more_examples(text):
    assert failures(text, Stack=Stack, squares=squares) == 0


def test_a_wrong_example_is_found():
    assert failures(">>> plural('cat')\n'dogs'\n", plural=plural) == 1


class DocstringsTest(unittest.TestCase):
    """Every docstring of the program has an example, and the example is right."""

    def examples_of(self, function):
        return doctest.DocTestParser().get_examples(function.__doc__)

    def test_plural(self):
        (example,) = self.examples_of(plural)
        self.assertEqual(example.source, 'plural("cat")\n')
        self.assertEqual(example.want, repr(plural("cat")) + "\n")

    def test_share(self):
        (example,) = self.examples_of(share)
        self.assertEqual(example.want.strip(), str(share(7, 3)))

    def test_stack(self):
        self.assertEqual(len(self.examples_of(Stack)), 3)
        self.assertIn(">>> stack.push(1)\n", solution.Stack.__doc__)
