# Decide: can the person take the bus?
coins = int(input())
