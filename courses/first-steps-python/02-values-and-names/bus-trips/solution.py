price = 3
money = 50
trips = 5 * 2
cost = trips * price
left = money - cost
