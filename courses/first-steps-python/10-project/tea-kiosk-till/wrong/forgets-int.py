prices = {"tea": 2, "bread": 4, "water": 1}
total = 0
line = input()
while line != "end":
    parts = line.split()
    price = prices[parts[0]] * parts[1]
    print(parts[1], "x", parts[0], "=", price)
    total = total + int(price)
    line = input()
print("Total:", total)
