class InsufficientFunds(Exception):
    pass


class Blocked(Exception):
    pass


class Account:
    def __init__(self, owner, balance=0):
        pass


class SavingsAccount(Account):
    pass


class Bank:
    def open(self, owner, balance=0):
        pass


def today():
    pass
