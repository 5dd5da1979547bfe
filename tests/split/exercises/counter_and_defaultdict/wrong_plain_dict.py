from collections import Counter, defaultdict


def letters(text):
    return Counter(character for character in text.lower() if character.isalpha())


def most_common_words(text, count):
    return Counter(text.split()).most_common(count)


def winner(votes):
    best = votes.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


def missing(needed, present):
    return needed - present


def by_first_letter(words):
    index = defaultdict(list)
    for word in words:
        index[word[0]].append(word)
    return dict(index)


class Stock:
    def __init__(self):
        self.amounts = defaultdict(int)

    def add(self, name, amount):
        self.amounts[name] += amount

    def total(self):
        return sum(self.amounts.values())
