def print_receipt(prices, order):
    total = 0
    for name, amount in order:
        price = prices[name] * amount
        print(amount, "x", name, "=", price)
        total = total + price
    print("Total:", total)
