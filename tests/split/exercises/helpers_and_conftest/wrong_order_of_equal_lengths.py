def find_anagrams(word, candidates):
    found = []
    for candidate in candidates:
        if candidate.lower() != word.lower() and sorted(candidate.lower()) == sorted(word.lower()):
            found.append(candidate)
    return found


def plural(word):
    if word.endswith(("s", "x", "ch")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def syllables(word):
    count = 0
    before = ""
    for letter in word:
        if letter in "aeiouy" and before not in tuple("aeiouy"):
            count += 1
        before = letter
    return count


class Dictionary:
    def __init__(self, words=()):
        self._words = set(words)

    def add(self, word):
        self._words.add(word)

    def __len__(self):
        return len(self._words)

    def __iter__(self):
        return iter(sorted(self._words))

    def __contains__(self, word):
        return word in self._words

    def __and__(self, other):
        return Dictionary(self._words & other._words)

    def by_length(self):
        return sorted(sorted(self, reverse=True), key=len)
