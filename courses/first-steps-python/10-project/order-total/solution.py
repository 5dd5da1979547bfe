def order_total(prices, order):
    total = 0
    for name, amount in order:
        total = total + prices.get(name, 0) * amount
    return total
