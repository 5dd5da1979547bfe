def unique(items):
    return set(items)


def common_letters(*words):
    return set.intersection(*(set(word) for word in words))


def groups(words):
    found = {}
    for word in words:
        found.setdefault("".join(sorted(word)), set()).add(word)
    return {frozenset(group) for group in found.values()}


def first_seen(text):
    return {char: text.index(char) for char in text}


def rank(points):
    return dict(sorted(points.items(), key=lambda item: (-item[1], item[0])))


def by_length(items):
    result = {}
    for item in items:
        result.setdefault(len(item), []).append(item)
    return result
