time = input()
print("hour", time[0:1])
print("minute", time[3:4])
