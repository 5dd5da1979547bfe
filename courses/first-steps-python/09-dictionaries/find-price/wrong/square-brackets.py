def find_price(prices, name):
    return prices[name]
