guests = input()
print(guests * 2)
