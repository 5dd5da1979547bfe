FEE = 0


class NotEnough(Exception):
    pass


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.on_change = None

    def __str__(self):
        return f"{self.owner}: {self.balance}"

    def _change(self, amount):
        self.balance += amount
        if self.on_change:
            self.on_change(self.balance)
        return self.balance

    def deposit(self, amount):
        return self._change(amount)

    def withdraw(self, amount):
        if amount + FEE > self.balance:
            raise NotEnough(amount)
        return self._change(-amount - FEE)


class Bank:
    def __init__(self):
        self._accounts = {}
        self.is_open = False

    def start(self):
        self.is_open = True

    def stop(self):
        self.is_open = False

    def open(self, name, balance):
        self._accounts[name] = Account(name, balance)

    def __getitem__(self, name):
        return self._accounts[name]

    def __contains__(self, name):
        return name in self._accounts

    def __len__(self):
        return len(self._accounts)

    def total(self):
        return sum(account.balance for account in self._accounts.values())
