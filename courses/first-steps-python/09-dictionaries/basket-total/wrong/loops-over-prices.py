def basket_total(prices, basket):
    total = 0
    for name, price in prices.items():
        total = total + price * basket[name]
    return total
