def free(seats):
    return sum(seat is None for seat in seats)
