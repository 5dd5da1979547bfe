def ticket_price(zones, with_return):
    if zones < 1:
        raise ValueError("zones must be 1 or more")
    if zones == 1:
        return 2
    elif zones == 2:
        return 3
    else:
        return 5
    if with_return:
        price = price * 2
