def free(seats):
    pass
