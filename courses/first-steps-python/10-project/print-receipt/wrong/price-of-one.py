def print_receipt(prices, order):
    total = 0
    for name, amount in order:
        print(amount, "x", name, "=", prices[name])
        total = total + prices[name] * amount
    print("Total:", total)
