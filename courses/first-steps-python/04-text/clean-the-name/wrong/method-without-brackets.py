name = input()
name = name.strip()
name = name.upper
print(f"Name: {name}.")
