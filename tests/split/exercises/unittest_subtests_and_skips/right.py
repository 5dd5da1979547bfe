SIGNS = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
]


def roman(number):
    if not 0 < number < 4000:
        raise ValueError(number)
    text = ""
    for value, sign in SIGNS:
        count, number = divmod(number, value)
        text += sign * count
    return text


def is_leap_year(year):
    return year % 400 == 0 if year % 100 == 0 else year % 4 == 0


def plural(word):
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s" if word else ""


def validate(password):
    problems = []
    if len(password) < 8:
        problems.append("too short")
    if not any(character.isdigit() for character in password):
        problems.append("no digit")
    return problems
