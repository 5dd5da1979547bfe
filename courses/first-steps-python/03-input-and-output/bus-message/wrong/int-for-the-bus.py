bus = int(input())
minutes = int(input())
print(f"Bus {bus} comes in {minutes} minutes.")
