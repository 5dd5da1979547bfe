class Board:
    LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]

    def __init__(self):
        self.cells = [" "] * 9

    def __str__(self):
        rows = [" | ".join(self.cells[start : start + 3]) for start in (0, 3, 6)]
        return "\n--+---+--\n".join(rows)

    def put(self, place, mark):
        if not 1 <= place <= 9:
            raise ValueError(f"{place} is not on the board")
        if self.cells[place - 1] != " ":
            raise ValueError(f"{place} is taken")
        self.cells[place - 1] = mark

    @property
    def winner(self):
        for a, b, c in self.LINES:
            if self.cells[a] == self.cells[b] == self.cells[c] != " ":
                return self.cells[a]
        return None

    @property
    def full(self):
        return " " not in self.cells


def play():
    board = Board()
    mark = "X"
    while not board.winner and not board.full:
        print(board)
        try:
            board.put(int(input(f"{mark}: ")), mark)
        except ValueError as error:
            print("Try again:", error)
            continue
        mark = "O" if mark == "X" else "X"
    print(board)
    print(f"{board.winner} wins!" if board.winner else "Nobody wins.")
    return board


def draw_map(width, height, player, walls=()):
    for y in range(height):
        line = ""
        for x in range(width):
            if (x, y) == player:
                line += "@"
            else:
                line += "#" if (x, y) in walls else "."
        print(line)


if __name__ == "__main__":
    play()
