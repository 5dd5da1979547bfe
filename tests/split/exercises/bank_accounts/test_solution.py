import unittest
from datetime import date
from unittest.mock import Mock, patch

import bank_dates
import solution
from solution import Account, Bank, Blocked, InsufficientFunds, SavingsAccount


class AccountTest(unittest.TestCase):
    def setUp(self):
        self.account = Account("Amal", 100)

    def test_deposit(self):
        self.account.deposit(50)
        self.assertEqual(self.account.balance, 150)

    def test_withdraw_too_much(self):
        self.assertRaises(InsufficientFunds, self.account.withdraw, 101)
        self.assertEqual(self.account.balance, 100)

    def test_no_negative_amounts(self):
        for method in (self.account.deposit, self.account.withdraw):
            for amount in (0, -5):
                with self.subTest(method=method.__name__, amount=amount), self.assertRaises(ValueError):
                    method(amount)

    def test_balance_cannot_be_set(self):
        with self.assertRaises(AttributeError):
            self.account.balance = 1_000_000
        self.assertEqual(self.account.balance, 100)

    def test_history(self):
        self.account.deposit(20)
        self.account.withdraw(5)
        self.assertEqual(self.account.history, [("deposit", 20), ("withdraw", 5)])

    def test_history_is_a_copy(self):
        self.account.history.append(("deposit", 1000))
        self.assertEqual(self.account.history, [])

    def test_history_has_only_what_worked(self):
        try:
            self.account.withdraw(1000)
        except InsufficientFunds as error:
            self.assertEqual(error.missing, 900)
        self.assertFalse(self.account.history)

    def test_numbers(self):
        self.assertEqual(Account("B").number, Account("A").number - 1)
        self.assertTrue(str(self.account.number).isdigit())

    def test_listener(self):
        listener = Mock()
        self.account.on_change(listener)
        self.account.deposit(5)
        self.account.withdraw(10)
        listener.assert_called_with(self.account, 95)
        self.assertEqual(listener.call_count, 2)

    def test_listener_in_order(self):
        events = []
        self.account.on_change(lambda account, balance: events.append(balance))
        self.account.on_change(lambda account, balance: events.append(account.owner))
        self.account.deposit(1)
        self.assertEqual(events, [101, "Amal"])

    def test_blocked(self):
        self.account.block("card lost")
        with self.assertRaises(Blocked) as caught:
            self.account.withdraw(1)
        self.assertEqual(caught.exception.reason, "card lost")
        self.account.unblock()
        self.account.withdraw(1)
        self.assertEqual(self.account.balance, 99)


class SavingsTest(unittest.TestCase):
    def test_interest(self):
        account = SavingsAccount("Olena", 1000, rate=0.02)
        account.add_interest()
        self.assertAlmostEqual(account.balance, 1020)
        account.add_interest(years=2)
        self.assertAlmostEqual(account.balance, 1061.208)

    def test_it_is_an_account(self):
        account = SavingsAccount("Olena", 10, rate=0)
        self.assertIsInstance(account, Account)
        account.deposit(5)
        self.assertEqual(account.balance, 15)

    def test_one_withdrawal_a_month(self):
        account = SavingsAccount("Olena", 100, rate=0)
        with patch("solution.today", return_value=date(2024, 5, 1)):
            account.withdraw(10)
        with patch("solution.today", return_value=date(2024, 5, 31)), self.assertRaises(Blocked):
            account.withdraw(10)
        with patch("solution.today", return_value=date(2024, 6, 1)):
            account.withdraw(10)
        self.assertEqual(account.balance, 80)

    def test_date_of_a_helper_module(self):
        with patch.object(bank_dates, "current", lambda: date(2020, 1, 2)):
            self.assertEqual(solution.today(), date(2020, 1, 2))
        self.assertEqual(solution.today(), date(2024, 1, 1))


class BankTest(unittest.TestCase):
    def setUp(self):
        self.bank = Bank()
        self.amal = self.bank.open("Amal", 100)
        self.olena = self.bank.open("Olena")

    def test_transfer(self):
        self.bank.transfer(self.amal.number, self.olena.number, 30)
        self.assertEqual([self.amal.balance, self.olena.balance], [70, 30])

    def test_failed_transfer_changes_nothing(self):
        self.olena.block("check")
        with self.assertRaises(Blocked):
            self.bank.transfer(self.amal.number, self.olena.number, 30)
        self.assertEqual([self.amal.balance, self.olena.balance], [100, 0])
        self.assertEqual(self.amal.history, [])

    def test_unknown_number(self):
        with self.assertRaisesRegex(KeyError, "no account 0"):
            self.bank.transfer(0, self.olena.number, 1)

    def test_total_and_richest(self):
        self.assertEqual(self.bank.total(), 100)
        self.assertIs(self.bank.richest(), self.amal)
        self.assertIsNone(Bank().richest())

    def test_find_by_owner(self):
        second = self.bank.open("Amal", 5)
        self.assertEqual(self.bank.accounts_of("Amal"), [self.amal, second])
        self.assertEqual(self.bank.accounts_of("nobody"), [])


if __name__ == "__main__":
    unittest.main()
