def average(temperatures):
    return sum(temperatures) / len(temperatures)
