day = input()
hour = int(input())
if day = "Monday" and hour >= 9 and hour < 12:
    print("Lesson")
else:
    print("No lesson")
