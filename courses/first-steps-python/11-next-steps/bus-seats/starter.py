def row_of(seat):
    pass


def at_window(seat):
    pass


def free_seats(seats, taken):
    pass
