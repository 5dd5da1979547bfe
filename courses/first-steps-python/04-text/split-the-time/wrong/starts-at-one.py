time = input()
print("hour", time[1:3])
print("minute", time[4:6])
