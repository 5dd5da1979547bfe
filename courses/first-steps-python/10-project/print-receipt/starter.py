def print_receipt(prices, order):
    total = 0
    for name, amount in order:
        # Show one line and add to the total.
        pass
