FEE = 0


class NotEnough(Exception):
    pass


class Account:
    def __init__(self, owner, balance=0):
        pass


class Bank:
    pass
