def order_total(prices, order):
    total = 0
    for name, amount in order:
        total = total + prices[name] * amount
    return total
