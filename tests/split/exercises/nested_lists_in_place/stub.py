def sort_rows(rows):
    pass


def transpose(rows):
    pass


def flip(rows):
    pass


def flood(picture, row, column, colour):
    pass


def deal(deck, hands, count):
    pass
