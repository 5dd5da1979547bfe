def row_of(seat):
    return (seat - 1) // 4 + 1


def at_window(seat):
    return (seat - 1) % 4 == 0


def free_seats(seats, taken):
    return [seat for seat in range(1, seats + 1) if seat not in taken]
