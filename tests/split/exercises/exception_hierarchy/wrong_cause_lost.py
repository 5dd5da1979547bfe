import json


class BankError(Exception):
    code = 1


class NotEnoughMoney(BankError):
    code = 2

    def __init__(self, account, missing):
        super().__init__(f"{account.owner} has {missing} too little")
        self.account = account
        self.missing = missing


class LimitError(BankError, ValueError):
    def __init__(self, amount, limit):
        self.amount = amount
        self.limit = limit

    def __str__(self):
        return f"{self.amount} is above the limit of {self.limit}"

    @property
    def over(self):
        return self.amount - self.limit

    def advice(self):
        return f"Take {self.limit} at most."


class Account:
    def __init__(self, owner, balance):
        if not owner:
            raise BankError("An account needs an owner.")
        self.owner = owner
        self.balance = balance

    def withdraw(self, amount):
        if amount > 1000:
            raise LimitError(amount, 1000)
        if amount > self.balance:
            raise NotEnoughMoney(self, amount - self.balance)
        self.balance -= amount


def transfer(accounts, source, target, amount):
    receiver = accounts[target]
    accounts[source].withdraw(amount)
    receiver.balance += amount


def parse_amount(text):
    if not text:
        try:
            return text[0]
        except IndexError:
            raise BankError("nothing was written") from None
    try:
        return int(text)
    except ValueError as error:
        raise BankError(f"not an amount: {error}") from None


def load_settings(text):
    try:
        try:
            settings = json.loads(text)
        except json.JSONDecodeError as error:
            raise LookupError("no settings") from error
    except LookupError as error:
        raise BankError("cannot start") from error
    return settings["limit"]


class Journal:
    def __init__(self):
        self.lines = []

    def write(self, line):
        self.lines.append(line)

    @classmethod
    def open(cls, name):
        journal = cls()
        with open(name) as file:
            journal.lines = file.read().splitlines()
        return journal


def run_all(steps, journal):
    results = []
    journal.write("start")
    try:
        for number, step in enumerate(steps, 1):
            journal.write(f"step {number}")
            results.append(step())
    except Exception as error:
        journal.write(type(error).__name__)
        error.add_note(f"in step {number}")
        error.step = number
        raise
    else:
        journal.write("else")
    finally:
        journal.write("finally")
    return results
