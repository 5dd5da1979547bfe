bus = input()
minutes = input()
print("Bus {bus} comes in {minutes} minutes.")
