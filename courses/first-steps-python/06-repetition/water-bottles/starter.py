days = int(input())
total = 0
# Repeat for each day: read the bottles and add them to total.

print("Total:", total)
