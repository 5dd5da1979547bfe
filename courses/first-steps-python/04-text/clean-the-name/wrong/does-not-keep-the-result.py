name = input()
name.strip()
name.upper()
print(f"Name: {name}.")
