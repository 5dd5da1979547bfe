prices = {"tea": 2, "bread": 4, "water": 1}
total = 0
line = input()
while line != "end":
    parts = line.split()
    name = parts[0]
    amount = int(parts[1])
    price = prices[name] * amount
    print(amount, "x", name, "=", price)
    total = total + price
    line = input()
print("Total:", total)
