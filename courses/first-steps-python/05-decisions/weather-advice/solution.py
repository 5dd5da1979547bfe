temperature = int(input("Temperature? "))
if temperature >= 25:
    print("hat")
elif temperature >= 10:
    print("jacket")
else:
    print("coat")
