stops = int(input())
for number in range(1, stops + 1):
    print("Stop", number)
