day = input()
hour = int(input())
right_day = day == "Monday" or day == "Thursday"
if right_day and (hour >= 9 or hour < 12):
    print("Lesson")
else:
    print("No lesson")
