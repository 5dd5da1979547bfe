time = input("What time is it? ")
print("hour", time[0:2])
print("minute", time[3:5])
