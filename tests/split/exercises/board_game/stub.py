class Board:
    def __init__(self):
        self.cells = [" "] * 9


def play():
    pass


def draw_map(width, height, player, walls=()):
    pass
