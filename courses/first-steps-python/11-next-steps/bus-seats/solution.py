def row_of(seat):
    return (seat - 1) // 4 + 1


def at_window(seat):
    place = (seat - 1) % 4
    return place == 0 or place == 3


def free_seats(seats, taken):
    free = []
    for seat in range(1, seats + 1):
        if seat not in taken:
            free.append(seat)
    return free
