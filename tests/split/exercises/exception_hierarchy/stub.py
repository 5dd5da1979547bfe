class BankError(Exception):
    pass


class NotEnoughMoney(Exception):
    pass


class LimitError(Exception):
    pass


class Account:
    def __init__(self, owner, balance):
        pass


class Journal:
    pass


def transfer(accounts, source, target, amount):
    pass


def parse_amount(text):
    pass


def load_settings(text):
    pass


def run_all(steps, journal):
    pass
