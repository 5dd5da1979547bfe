from datetime import timedelta


class LibraryError(Exception):
    pass


class TooManyBooks(LibraryError):
    pass


class NotAvailable(LibraryError):
    def __init__(self, loan):
        super().__init__(f"{loan.book.title} is back on {loan.due}")
        self.book = loan.book
        self.back_on = loan.due


class Book:
    def __init__(self, title, year):
        self.title = title
        self.year = year
        self.loan = None
        self.waiting = []

    @property
    def is_available(self):
        return self.loan is None

    def __lt__(self, other):
        return self.title < other.title

    def __str__(self):
        return f"{self.title} ({self.year})"


class Member:
    def __init__(self, name, limit):
        self.name = name
        self.limit = limit
        self.loans = []
        self.owes = 0


class Loan:
    def __init__(self, book, member, day):
        self.book = book
        self.member = member
        self.due = day + timedelta(weeks=3)
        self._extended = 0

    def extend(self, days=21):
        if self.book.waiting or self._extended == 2:
            raise LibraryError("no longer")
        self._extended += 1
        self.due += timedelta(days=days)


def fine(late):
    return max(late.days, 0) * 20


class Library:
    def __init__(self):
        self._books = {}
        self._members = {}

    def __iter__(self):
        return iter(self._books.values())

    def add(self, book):
        self._books[book.title] = book
        return book

    def join(self, name, limit=3):
        if name in self._members:
            raise LibraryError(f"{name} is a member")
        self._members[name] = Member(name, limit)
        return self._members[name]

    def lend(self, title, member, day):
        book = self._books[title]
        if book.loan is not None:
            raise NotAvailable(book.loan)
        if len(member.loans) >= member.limit:
            raise TooManyBooks(member.name)
        book.loan = Loan(book, member, day)
        member.loans.append(book.loan)
        return book.loan

    def give_back(self, loan, day):
        if loan.book.loan is not loan:
            raise LibraryError("it is back already")
        loan.book.loan = None
        loan.member.loans.remove(loan)
        amount = fine(day - loan.due)
        loan.member.owes += amount
        if loan.book.waiting:
            _, tell = loan.book.waiting.pop(0)
            tell(loan.book)
        return amount

    def reserve(self, title, member, tell):
        self._books[title].waiting.append((member, tell))

    def search(self, text="", **conditions):
        found = []
        for book in self:
            if conditions.get("available") and not book.is_available:
                continue
            if "year" in conditions and book.year != conditions["year"]:
                continue
            if text.lower() in book.title.lower():
                found.append(book)
        return found

    def overdue(self, day):
        report = {}
        for book in self:
            if book.loan is not None and book.loan.due < day:
                late = (day - book.loan.due).days
                report.setdefault(book.loan.member.name, []).append((book.title, late))
        return report
