days = int(input())
total = 0
for day in range(days):
    bottles = int(input())
    total = total + bottles
print("Total:", total)
