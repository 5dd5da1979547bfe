def order_total(prices, order):
    for name, amount in order:
        total = 0
        total = total + prices.get(name, 0) * amount
    return total
