def order_total(prices, order):
    total = 0
    # Add the price of each line of the order.
    return total
