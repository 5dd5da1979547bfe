stops = int(input())
for number in range(stops):
    print("Stop", number)
