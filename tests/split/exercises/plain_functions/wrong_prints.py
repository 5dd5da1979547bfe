LETTERS = {1: "AEIOULNRST", 2: "DG", 3: "BCMP", 4: "FHVWY", 5: "K", 8: "JX", 10: "QZ"}


def roman(number):
    result = ""
    for value, numeral in [(1000, "M"), (500, "D"), (100, "C"), (50, "L"), (10, "X"), (5, "V"), (1, "I")]:
        result += numeral * (number // value)
        number %= value
    print(result)


def is_leap_year(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def rotate(text, key):
    return "".join(chr((ord(c) - 97 + key) % 26 + 97) if c.islower() else c for c in text)


def score(word, *, factor=1):
    return factor * sum(points for char in word.upper() for points, group in LETTERS.items() if char in group)
