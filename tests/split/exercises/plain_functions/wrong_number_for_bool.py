LETTERS = {1: "AEIOULNRST", 2: "DG", 3: "BCMP", 4: "FHVWY", 5: "K", 8: "JX", 10: "QZ"}
NUMERALS = [
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
    result = ""
    for value, numeral in NUMERALS:
        result += numeral * (number // value)
        number %= value
    return result


def is_leap_year(year):
    return int(year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def rotate(text, key):
    def turn(char):
        if not char.isalpha():
            return char
        base = ord("a") if char.islower() else ord("A")
        return chr((ord(char) - base + key) % 26 + base)

    return "".join(turn(char) for char in text)


def score(word, *, factor=1):
    return factor * sum(points for char in word.upper() for points, group in LETTERS.items() if char in group)
