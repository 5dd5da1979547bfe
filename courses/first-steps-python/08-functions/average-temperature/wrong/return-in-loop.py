def average(temperatures):
    total = 0
    for temperature in temperatures:
        total = total + temperature
        return total / len(temperatures)
