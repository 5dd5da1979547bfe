def count_lines(path):
    with open(path) as file:
        return sum(1 for _ in file)


def read_settings(path):
    settings = {}
    try:
        file = open(path, encoding="utf-8")
    except FileNotFoundError:
        return settings
    with file:
        for line in file:
            name, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                settings[name.strip()] = value.strip()
    return settings


def checksum(path):
    total = 0
    with open(path) as file:
        while letter := file.read(1):
            total += ord(letter)
    return total


def save(path, lines):
    file = open(path, "w", encoding="utf-8")
    for line in lines:
        file.write(line + "\n")


def append_line(path, line):
    with open(path, "a", encoding="utf-8") as file:
        file.write(line + "\n")


def sort_file(path):
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(sorted(lines))
