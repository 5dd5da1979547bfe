import unittest

import pytest
from tea_labels import label, letters


class TeaLabelsTest(unittest.TestCase):
    @pytest.mark.task(taskno=1)
    def test_label(self):
        """Labels are in capitals"""
        cases = [("mint", "* MINT *"), ("black tea", "* BLACK TEA *"), ("", "*  *")]
        for number, (name, expected) in enumerate(cases, start=1):
            with self.subTest(f"case {number}", name=name, expected=expected):
                self.assertEqual(label(name), expected)

    @pytest.mark.task(taskno=2)
    def test_letters(self):
        for name, expected in (("mint", 4), ("black tea", 8)):
            with self.subTest(name=name):
                self.assertEqual(letters(name), expected, msg=f"letters({name!r})")
