thing = input()
first = thing[0].upper()
last = thing[len(thing)].upper()
print(f"{first}-{last}-{len(thing)}")
