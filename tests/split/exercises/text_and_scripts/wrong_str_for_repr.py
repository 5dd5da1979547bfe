import string
import unicodedata


def frame(text, width=20, border="*"):
    return f"{border}{text:^{width}}{border}"


def table(rows):
    names = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{names}} | {price:>8,.2f}" for name, price in rows)


def initials(name):
    return "".join(f"{part[0].upper()}." for part in name.split())


def is_palindrome(text):
    letters = [c for c in text.casefold() if c.isalpha()]
    return letters == letters[::-1]


def same_text(first, second):
    return unicodedata.normalize("NFC", first) == unicodedata.normalize("NFC", second)


def without_accents(text):
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


def caesar(text, shift):
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    shift %= 26
    moved = lower[shift:] + lower[:shift] + upper[shift:] + upper[:shift]
    return text.translate(str.maketrans(lower + upper, moved))


def count_words(text):
    counts = {}
    for word in text.lower().split():
        word = word.strip(string.punctuation + "،؟«»")
        if word:
            counts[word] = counts.get(word, 0) + 1
    return counts


def letter(template, **values):
    return string.Template(template).safe_substitute(values)


def mark_rtl(text):
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        return f"\u2067{text}\u2069"
    return text


def describe(**values):
    return ", ".join(f"{name}={value}" for name, value in values.items())


def shorten(text, limit):
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def utf8_length(text):
    return len(text.encode())
