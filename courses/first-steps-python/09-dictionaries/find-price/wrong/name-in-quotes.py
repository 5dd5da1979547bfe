def find_price(prices, name):
    return prices.get("name", 0)
