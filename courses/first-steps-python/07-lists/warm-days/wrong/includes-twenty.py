days = int(input())
warm = []
for day in range(days):
    temperature = int(input())
    if temperature >= 20:
        warm.append(temperature)
print(warm)
print("Warm days:", len(warm))
