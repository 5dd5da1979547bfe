guests = float(input())
print(guests * 2)
