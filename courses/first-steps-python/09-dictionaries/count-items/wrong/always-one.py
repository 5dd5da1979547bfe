def count_items(items):
    counts = {}
    for item in items:
        counts[item] = 1
    return counts
