guests = 4
print(guests * 2)
