# Make the name clean before you show it.
name = input()

print(f"Name: {name}.")
