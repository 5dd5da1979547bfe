temperature = int(input())
if temperature >= 10:
    print("jacket")
elif temperature >= 25:
    print("hat")
else:
    print("coat")
