minutes = 120
minutes = minutes - 25
minutes = minutes - 40
minutes = minutes + 20
print("Minutes left:", minutes)
