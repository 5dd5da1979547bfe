stops = int(input())
for number in range(1, stops):
    print("Stop", number)
