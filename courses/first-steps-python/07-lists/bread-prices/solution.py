prices = [5, 6, 4]
prices.append(7)
first = prices[0]
last = prices[-1]
how_many = len(prices)
