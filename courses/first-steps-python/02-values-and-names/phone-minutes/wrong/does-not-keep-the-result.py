minutes = 120
minutes - 25
minutes - 40
minutes + 20
print("Minutes left:", minutes)
