thing = input()
print(f"{thing[0]}-{thing[-1]}-{len(thing)}")
