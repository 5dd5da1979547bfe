days = int(input())
total = 0
for day in range(days):
    bottles = input()
    total = total + bottles
print("Total:", total)
