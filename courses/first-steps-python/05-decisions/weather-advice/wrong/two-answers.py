temperature = int(input())
if temperature >= 25:
    print("hat")
if temperature >= 10:
    print("jacket")
else:
    print("coat")
