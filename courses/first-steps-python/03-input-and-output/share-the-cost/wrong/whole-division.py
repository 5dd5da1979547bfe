price = float(input())
people = int(input())
print(f"Each person pays {price // people:.2f}")
