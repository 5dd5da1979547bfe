import itertools

import bank_dates


class InsufficientFunds(Exception):
    def __init__(self, missing):
        super().__init__(f"{missing} is missing")
        self.missing = missing


class Blocked(Exception):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def today():
    return bank_dates.current()


class Account:
    _numbers = itertools.count(1000)

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.number = next(self._numbers)
        self._balance = balance
        self._history = []
        self._listeners = []
        self._reason = None

    @property
    def balance(self):
        return self._balance

    @property
    def history(self):
        return list(self._history)

    def on_change(self, listener):
        self._listeners.append(listener)

    def block(self, reason):
        self._reason = reason

    def unblock(self):
        self._reason = None

    def _change(self, kind, amount):
        if amount <= 0:
            raise ValueError("an amount is above 0")
        if self._reason is not None:
            raise Blocked(self._reason)
        change = amount if kind == "deposit" else -amount
        if self._balance + change < 0:
            raise InsufficientFunds(amount - self._balance)
        self._balance += change
        self._history.append((kind, amount))
        for listener in self._listeners:
            listener(self, self._balance)

    def deposit(self, amount):
        self._change("deposit", amount)

    def withdraw(self, amount):
        self._change("withdraw", amount)


class SavingsAccount(Account):
    def __init__(self, owner, balance, rate):
        super().__init__(owner, balance)
        self.rate = rate
        self._last = None

    def add_interest(self, years=1):
        self._balance *= (1 + self.rate) ** years

    def withdraw(self, amount):
        month = (today().year, today().month)
        if month == self._last:
            return
        super().withdraw(amount)
        self._last = month


class Bank:
    def __init__(self):
        self._accounts = {}

    def open(self, owner, balance=0):
        account = Account(owner, balance)
        self._accounts[account.number] = account
        return account

    def _account(self, number):
        if number not in self._accounts:
            raise KeyError(f"no account {number}")
        return self._accounts[number]

    def transfer(self, source, target, amount):
        giver, taker = self._account(source), self._account(target)
        taker.deposit(amount)
        try:
            giver.withdraw(amount)
        except Exception:
            taker.withdraw(amount)
            raise

    def total(self):
        return sum(account.balance for account in self._accounts.values())

    def richest(self):
        return max(self._accounts.values(), key=lambda account: account.balance, default=None)

    def accounts_of(self, owner):
        return [account for account in self._accounts.values() if account.owner == owner]
