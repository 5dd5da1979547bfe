days = int(input())
warm = []
# Read each temperature. Add the warm ones to the list.

print(warm)
print("Warm days:", len(warm))
