time = input()
print("hour", int(time[0:2]))
print("minute", int(time[3:5]))
