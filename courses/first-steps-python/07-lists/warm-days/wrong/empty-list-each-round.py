days = int(input())
for day in range(days):
    warm = []
    temperature = int(input())
    if temperature > 20:
        warm.append(temperature)
print(warm)
print("Warm days:", len(warm))
