thing = input()
thing = thing.upper()
print(f"{thing[1:2]}-{thing[-1]}-{len(thing)}")
