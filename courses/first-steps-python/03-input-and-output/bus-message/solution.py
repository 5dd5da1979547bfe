bus = input("Which bus? ")
minutes = input("How many minutes? ")
print(f"Bus {bus} comes in {minutes} minutes.")
