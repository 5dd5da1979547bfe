price = 3
money = 50
trips = 5 * 2
cost = 2 * price
left = money - cost
