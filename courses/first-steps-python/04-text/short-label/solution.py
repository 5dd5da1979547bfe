thing = input("What is in the box? ")
first = thing[0].upper()
last = thing[-1].upper()
print(f"{first}-{last}-{len(thing)}")
