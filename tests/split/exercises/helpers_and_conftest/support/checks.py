def letters(word):
    return sorted(word.lower())


def assert_sorted(items, key=None):
    """Fail with the first pair that is out of order."""
    items = list(items)
    for before, after in zip(items, items[1:]):
        left, right = (before, after) if key is None else (key(before), key(after))
        assert left <= right, f"{before!r} stands before {after!r}"
