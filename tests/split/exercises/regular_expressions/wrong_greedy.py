import re

TIME = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")


def find_time(text):
    return TIME.search(text)


def all_times(text):
    return TIME.findall(text)


def positions(word, text):
    return [match.span() for match in re.finditer(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]


def is_name(text):
    return re.fullmatch(r"[^\W\d_]+([ '-][^\W\d_]+)*", text) is not None


def hide_numbers(text, mark="#"):
    return re.sub(r"\d", mark, text)


def replace_all(pattern, change, text):
    return re.sub(pattern, change, text)


def split_words(text):
    return re.split(r"\W+", text.strip(" .!?"))


def swap(text):
    return re.sub(r"(\w+), (\w+)", r"\2 \1", text)


def parse_line(line):
    match = re.match(r"\s*(?P<key>\w+)\s*=\s*(?P<value>.*)\s*(?:#.*)?$", line)
    if match is None:
        raise ValueError(f"not a setting: {line!r}")
    return match.groupdict()


def tokens(text):
    scanner = re.compile(r"(?P<number>\d+)|(?P<word>\w+)|(?P<sign>[-+*/()])|\s+")
    for match in scanner.finditer(text):
        if match.lastgroup:
            yield match.lastgroup, match.group()


def first_match(patterns, text):
    for pattern in patterns:
        if match := pattern.search(text):
            return pattern, match
    return None
