def total_area(shapes):
    pass


def largest(shapes):
    pass
