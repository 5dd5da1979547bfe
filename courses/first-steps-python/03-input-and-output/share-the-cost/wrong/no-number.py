price = input()
people = input()
print(f"Each person pays {price / people:.2f}")
