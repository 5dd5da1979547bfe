prices = {"tea": 2, "bread": 4, "water": 1}
total = 0
line = ""
while line != "end":
    line = input()
    parts = line.split()
    price = prices[parts[0]] * int(parts[1])
    print(parts[1], "x", parts[0], "=", price)
    total = total + price
print("Total:", total)
