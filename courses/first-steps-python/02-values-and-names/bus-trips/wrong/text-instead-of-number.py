price = 3
money = 50
trips = "10"
cost = 30
left = money - cost
