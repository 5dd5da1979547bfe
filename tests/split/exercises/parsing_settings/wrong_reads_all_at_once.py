import re
from collections import namedtuple

Line = namedtuple("Line", "day level source message")


class ParseError(ValueError):
    def __init__(self, problem, text="", line=None):
        super().__init__(problem if line is None else f"line {line}: {problem}")
        self.text = text
        self.line = line


def read_value(text):
    if "," in text:
        return [part.strip() for part in text.split(",")]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return {"yes": True, "no": False}.get(text, text)


def parse_settings(text):
    settings, section = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = settings.setdefault(line.strip("[]"), {})
            continue
        name, sign, value = (part.strip() for part in line.partition("="))
        if not sign:
            raise ParseError(f"no value for {name!r}", line, number)
        if section is None:
            raise ParseError("no section", line, number)
        if name in section:
            raise ParseError(f"{name} is there twice", line, number)
        section[name] = read_value(value)
    return settings


def to_text(settings):
    lines = []
    for section, values in settings.items():
        lines.append(f"[{section}]")
        for name, value in values.items():
            if isinstance(value, bool):
                value = "yes" if value else "no"
            elif isinstance(value, list):
                value = ", ".join(value)
            lines.append(f"{name} = {value}")
    return "\n".join(lines)


def find_section(text, name):
    return re.search(rf"^\[({re.escape(name)})\]$", text, re.MULTILINE)


def parse_line(text):
    found = re.fullmatch(r"(\S+) ([A-Z]+) (\w+): (.*)", text)
    return Line(*found.groups()) if found else None


def read_records(lines):
    return iter(list(_records(lines)))


def _records(lines):
    lines = iter(lines)
    names = next(lines).strip().split(";")
    for number, line in enumerate(lines, 2):
        record = dict(zip(names, map(read_value, line.strip().split(";"))))
        if "age" in record and not isinstance(record["age"], int):
            raise ParseError("age is no number", line, number)
        yield record


def parse_duration(text):
    found = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
    if not found or not any(found.groups()):
        raise ValueError(text)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def tokens(text):
    place = 0
    while place < len(text):
        found = re.compile(r"\s*(\d+(?:\.\d+)?|[a-z]\w*|[-+*/()])\s*").match(text, place)
        if found is None:
            raise ParseError("unknown sign", text[place])
        yield found[1]
        place = found.end()


class Tokens:
    def __init__(self, text):
        self._parts = list(tokens(text))
        self._place = 0

    def __bool__(self):
        return self._place < len(self._parts)

    def peek(self):
        return self._parts[self._place] if self else None

    def take(self):
        part = self.peek()
        self._place += 1
        return part


def evaluate(text, names={}):
    stream = Tokens(text)

    def atom():
        part = stream.take()
        if part is None:
            raise ParseError("something is missing")
        if part == "-":
            return -atom()
        if part == "(":
            value = total()
            if stream.take() != ")":
                raise ParseError("a bracket is missing")
            return value
        if part[0].isdigit():
            return read_value(part)
        if part[0].isalpha():
            try:
                return names[part]
            except KeyError:
                raise NameError(part) from None
        raise ParseError("not a value", part)

    def product():
        value = atom()
        while stream.peek() in ("*", "/"):
            value = value * atom() if stream.take() == "*" else value / atom()
        return value

    def total():
        value = product()
        while stream.peek() in ("+", "-"):
            value = value + product() if stream.take() == "+" else value - product()
        return value

    result = total()
    if stream:
        raise ParseError("too much", stream.peek())
    return result
