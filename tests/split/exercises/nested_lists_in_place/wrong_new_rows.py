def sort_rows(rows):
    for row in rows:
        row.sort()


def transpose(rows):
    rows[:] = [list(column) for column in zip(*rows)]


def flip(rows):
    rows.reverse()


def flood(picture, row, column, colour):
    old = picture[row][column]
    if old == colour:
        return 0
    changed, waiting = 0, [(row, column)]
    while waiting:
        r, c = waiting.pop()
        if 0 <= r < len(picture) and 0 <= c < len(picture[r]) and picture[r][c] == old:
            picture[r][c] = colour
            changed += 1
            waiting += [(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)]
    return changed


def deal(deck, hands, count):
    for _ in range(count):
        for hand in hands.values():
            if deck:
                hand.append(deck.pop())
