prices = {"tea": 2, "bread": 4, "water": 1}
total = 0
line = input()
# Write a while loop: use the line, then read the next one.

print("Total:", total)
