def count_items(items):
    counts = {}
    # Count each word.
    return counts
