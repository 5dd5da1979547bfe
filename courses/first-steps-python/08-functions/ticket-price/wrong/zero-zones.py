def ticket_price(zones, with_return):
    if zones <= 1:
        price = 2
    elif zones == 2:
        price = 3
    else:
        price = 5
    if with_return:
        price = price * 2
    return price
