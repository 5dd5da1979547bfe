def frame(text, width=20, border="*"):
    pass


def table(rows):
    pass


def initials(name):
    pass


def is_palindrome(text):
    pass


def same_text(first, second):
    pass


def without_accents(text):
    pass


def caesar(text, shift):
    pass


def count_words(text):
    pass


def letter(template, **values):
    pass


def mark_rtl(text):
    pass


def describe(**values):
    pass


def shorten(text, limit):
    pass


def utf8_length(text):
    pass
