def sort_rows(rows):
    for row in rows:
        row.sort()


def transpose(rows):
    for i in range(len(rows)):
        for j in range(i):
            rows[i][j], rows[j][i] = rows[j][i], rows[i][j]


def flip(rows):
    rows.reverse()


def flood(picture, row, column, colour):
    old = picture[row][column]
    if old == colour:
        return 0
    picture[row][column] = colour
    changed = 1
    for r, c in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
        if 0 <= r < len(picture) and 0 <= c < len(picture[r]) and picture[r][c] == old:
            changed += flood(picture, r, c, colour)
    return changed


def deal(deck, hands, count):
    deck = deck[:]
    for _ in range(count):
        for hand in hands.values():
            if deck:
                hand.append(deck.pop())
