coins = int(input())
if coins > 3:
    print("You can take the bus.")
else:
    print(f"You need {3 - coins} more.")
