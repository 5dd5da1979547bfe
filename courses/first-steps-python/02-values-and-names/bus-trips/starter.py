price = 3
money = 50
# Calculate trips, cost and left below.
