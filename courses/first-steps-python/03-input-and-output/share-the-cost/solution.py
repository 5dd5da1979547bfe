price = float(input("Price? "))
people = int(input("How many people? "))
share = price / people
print(f"Each person pays {share:.2f}")
