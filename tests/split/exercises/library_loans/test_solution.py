import unittest
from datetime import date, timedelta

from solution import Book, Library, LibraryError, Member, NotAvailable, TooManyBooks, fine

DAY = date(2024, 3, 1)


class LibraryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.titles = ["Rivers", "Mountains", "Bread", "Boats"]

    def setUp(self):
        self.library = Library()
        self.books = [self.library.add(Book(title, year=2000 + n)) for n, title in enumerate(self.titles)]
        self.amal = self.library.join("Amal")
        self.olena = self.library.join("Olena", limit=1)

    def test_members(self):
        self.assertIsInstance(self.amal, Member)
        self.assertEqual(self.amal.loans, [])
        with self.assertRaisesRegex(LibraryError, "Amal is a member"):
            self.library.join("Amal")

    def test_lend(self):
        loan = self.library.lend("Rivers", self.amal, DAY)
        self.assertIs(loan.book, self.books[0])
        self.assertIs(loan.member, self.amal)
        self.assertEqual(loan.due, date(2024, 3, 22))
        self.assertEqual(self.amal.loans, [loan])

    def test_lent_book_is_not_available(self):
        self.library.lend("Rivers", self.amal, DAY)
        with self.assertRaises(NotAvailable) as caught:
            self.library.lend("Rivers", self.olena, DAY)
        self.assertEqual(caught.exception.book.title, "Rivers")
        self.assertEqual(caught.exception.back_on, date(2024, 3, 22))
        self.assertIsInstance(caught.exception, LibraryError)

    def test_limit(self):
        self.library.lend("Rivers", self.olena, DAY)
        with self.assertRaises(TooManyBooks):
            self.library.lend("Bread", self.olena, DAY)
        self.assertTrue(self.books[2].is_available)

    def test_unknown_title(self):
        with self.assertRaises(KeyError) as caught:
            self.library.lend("Nothing", self.amal, DAY)
        self.assertNotIsInstance(caught.exception, NotAvailable)

    def test_give_back(self):
        loan = self.library.lend("Rivers", self.amal, DAY)
        self.assertEqual(self.library.give_back(loan, DAY + timedelta(days=5)), 0)
        self.assertTrue(self.books[0].is_available)
        self.assertEqual(self.amal.loans, [])

    def test_give_back_late(self):
        loan = self.library.lend("Rivers", self.amal, DAY)
        self.assertEqual(self.library.give_back(loan, date(2024, 3, 25)), 60)
        self.assertEqual(self.amal.owes, 60)

    def test_give_back_twice(self):
        loan = self.library.lend("Rivers", self.amal, DAY)
        self.library.give_back(loan, DAY)
        with self.assertRaises(LibraryError):
            self.library.give_back(loan, DAY)

    def test_extend(self):
        loan = self.library.lend("Rivers", self.amal, DAY)
        loan.extend()
        self.assertEqual(loan.due, date(2024, 4, 12))
        loan.extend(days=1)
        self.assertEqual(loan.due, date(2024, 4, 13))
        with self.assertRaises(LibraryError):
            loan.extend()

    def test_waiting_list(self):
        loan = self.library.lend("Rivers", self.amal, DAY)
        told = []
        self.library.reserve("Rivers", self.olena, lambda book: told.append(book.title))
        with self.assertRaises(LibraryError):
            loan.extend()
        self.library.give_back(loan, DAY)
        self.assertEqual(told, ["Rivers"])

    def test_search(self):
        self.assertEqual([book.title for book in self.library.search("b")], ["Bread", "Boats"])
        self.assertEqual(self.library.search("RIV"), [self.books[0]])
        self.assertEqual(self.library.search(year=2001), [self.books[1]])
        self.assertEqual(self.library.search("zzz"), [])

    def test_search_with_several_conditions(self):
        found = self.library.search("s", year=2003, available=True)
        self.assertCountEqual(found, [self.books[3]])
        self.library.lend("Boats", self.amal, DAY)
        self.assertEqual(self.library.search("s", year=2003, available=True), [])

    def test_sorted_by_title(self):
        self.assertEqual(
            [str(book) for book in sorted(self.library)],
            ["Boats (2003)", "Bread (2002)", "Mountains (2001)", "Rivers (2000)"],
        )

    def test_overdue_report(self):
        self.library.lend("Rivers", self.amal, DAY)
        self.library.lend("Bread", self.amal, DAY + timedelta(days=10))
        report = self.library.overdue(date(2024, 3, 23))
        self.assertEqual(report, {"Amal": [("Rivers", 1)]})
        self.assertEqual(self.library.overdue(DAY), {})


class FineTest(unittest.TestCase):
    def test_fine(self):
        cases = [(0, 0), (1, 20), (7, 140), (100, 500)]
        for days, expected in cases:
            with self.subTest(days=days):
                self.assertEqual(fine(timedelta(days=days)), expected)

    def test_before_the_day(self):
        self.assertEqual(fine(timedelta(days=-3)), 0)


if __name__ == "__main__":
    unittest.main()
