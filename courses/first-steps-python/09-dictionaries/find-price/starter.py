def find_price(prices, name):
    # Return the price, or 0 if there is none.
    pass
