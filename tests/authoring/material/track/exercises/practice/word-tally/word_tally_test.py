# These tests are written for the tests of Passerelle.

import unittest

from word_tally import (
    tally,
)


class WordTallyTest(unittest.TestCase):
    def test_one_word(self):
        self.assertEqual(tally("word"), {"word": 1})

    def test_capitals(self):
        self.assertEqual(tally("Go go GO stop"), {"go": 3, "stop": 1})

    def test_nothing(self):
        self.assertEqual(tally(""), {})
