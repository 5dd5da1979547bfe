guests = int(input("How many guests? "))
print(guests * 2)
