name = input()
name = name.replace(" ", "")
name = name.upper()
print(f"Name: {name}.")
