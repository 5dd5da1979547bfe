thing = input().upper()
print(thing[0] + "-" + thing[-1] + "-" + len(thing))
