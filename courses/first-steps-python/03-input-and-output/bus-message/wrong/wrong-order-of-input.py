minutes = input()
bus = input()
print(f"Bus {bus} comes in {minutes} minutes.")
