def basket_total(prices, basket):
    total = 0
    # Go through all pairs of the basket.
    return total
