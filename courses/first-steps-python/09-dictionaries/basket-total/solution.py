def basket_total(prices, basket):
    total = 0
    for name, amount in basket.items():
        total = total + prices[name] * amount
    return total
