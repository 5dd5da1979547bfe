import json
import unittest

import solution
from solution import (
    Account,
    BankError,
    Journal,
    LimitError,
    NotEnoughMoney,
    load_settings,
    parse_amount,
    run_all,
    transfer,
)


class HierarchyTest(unittest.TestCase):
    def test_one_family(self):
        self.assertTrue(issubclass(NotEnoughMoney, BankError))
        self.assertTrue(issubclass(LimitError, BankError))
        self.assertTrue(issubclass(BankError, Exception))
        self.assertFalse(issubclass(LimitError, NotEnoughMoney))
        self.assertTrue(issubclass(LimitError, ValueError))

    def test_attributes(self):
        account = Account("Amal", 100)
        with self.assertRaises(NotEnoughMoney) as caught:
            account.withdraw(130)
        self.assertEqual(caught.exception.missing, 30)
        self.assertIs(caught.exception.account, account)
        self.assertEqual(caught.exception.args, ("Amal has 30 too little",))

    def test_caught_as_the_base(self):
        with self.assertRaises(BankError) as caught:
            Account("Amal", 1).withdraw(2)
        self.assertIs(type(caught.exception), NotEnoughMoney)
        self.assertIsInstance(caught.exception, solution.BankError)

    def test_the_message(self):
        with self.assertRaisesRegex(NotEnoughMoney, r"^Amal has \d+ too little$"):
            Account("Amal", 5).withdraw(9)

    def test_method_and_property_of_the_error(self):
        with self.assertRaises(LimitError) as caught:
            Account("Olena", 5000).withdraw(2000)
        self.assertEqual(caught.exception.over, 1000)
        self.assertEqual(caught.exception.advice(), "Take 1000 at most.")
        self.assertIn("limit", str(caught.exception))

    def test_error_with_a_default(self):
        self.assertEqual(BankError().code, 1)
        self.assertEqual(NotEnoughMoney.code, 2)
        with self.assertRaises(BankError) as caught:
            Account("", 0)
        self.assertEqual(caught.exception.code, 1)

    def test_several_kinds(self):
        with self.assertRaises((KeyError, BankError)):
            transfer({"a": Account("a", 1)}, "a", "b", 1)

    def test_nothing_is_taken_when_it_fails(self):
        accounts = {"a": Account("a", 10), "b": Account("b", 0)}
        with self.assertRaises(NotEnoughMoney):
            transfer(accounts, "a", "b", 11)
        self.assertEqual((accounts["a"].balance, accounts["b"].balance), (10, 0))


class ChainTest(unittest.TestCase):
    def test_cause(self):
        with self.assertRaises(BankError) as caught:
            parse_amount("ten")
        self.assertIsInstance(caught.exception.__cause__, ValueError)
        self.assertIn("'ten'", str(caught.exception.__cause__))

    def test_cause_is_hidden_on_purpose(self):
        with self.assertRaises(BankError) as caught:
            parse_amount("")
        self.assertIsNone(caught.exception.__cause__)
        self.assertTrue(caught.exception.__suppress_context__)

    def test_chain_of_three(self):
        with self.assertRaises(BankError) as caught:
            load_settings("{broken")
        middle = caught.exception.__cause__
        self.assertIsInstance(middle, LookupError)
        self.assertIsInstance(middle.__cause__, json.JSONDecodeError)
        self.assertEqual(middle.__cause__.lineno, 1)
        self.assertEqual(middle.__cause__.doc, "{broken")

    def test_context_without_from(self):
        with self.assertRaises(KeyError) as caught:
            load_settings("{}")
        self.assertEqual(caught.exception.args, ("limit",))
        self.assertIsNone(caught.exception.__cause__)

    def test_missing_file(self):
        with self.assertRaises(FileNotFoundError) as caught:
            Journal.open("no-such-file.txt")
        self.assertEqual(caught.exception.filename, "no-such-file.txt")
        self.assertIn("no-such-file.txt", str(caught.exception))

    def test_a_note(self):
        with self.assertRaises(ValueError) as caught:
            run_all([lambda: 1, lambda: int("x")], Journal())
        self.assertEqual(caught.exception.__notes__, ["in step 2"])
        self.assertEqual(caught.exception.step, 2)


class FinallyTest(unittest.TestCase):
    def test_order_without_an_error(self):
        journal = Journal()
        self.assertEqual(run_all([lambda: "a", lambda: "b"], journal), ["a", "b"])
        self.assertEqual(journal.lines, ["start", "step 1", "step 2", "else", "finally"])

    def test_order_with_an_error(self):
        journal = Journal()
        with self.assertRaises(ZeroDivisionError):
            run_all([lambda: "a", lambda: 1 / 0, lambda: "c"], journal)
        self.assertEqual(journal.lines, ["start", "step 1", "step 2", "ZeroDivisionError", "finally"])

    def test_an_error_of_the_test_comes_back(self):
        class Stop(Exception):
            pass

        stop = Stop("now")

        def step():
            raise stop

        with self.assertRaises(Stop) as caught:
            run_all([step], Journal())
        self.assertIs(caught.exception, stop)


if __name__ == "__main__":
    unittest.main()
