class LibraryError(Exception):
    pass


class NotAvailable(Exception):
    pass


class TooManyBooks(Exception):
    pass


class Book:
    def __init__(self, title, year):
        pass


class Member:
    pass


class Library:
    def add(self, book):
        pass

    def join(self, name, limit=3):
        pass


def fine(late):
    pass
