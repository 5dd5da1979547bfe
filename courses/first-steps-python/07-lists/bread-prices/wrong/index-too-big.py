prices = [5, 6, 4]
prices.append(7)
first = prices[0]
last = prices[len(prices)]
how_many = len(prices)
