# Read the day and the hour, then decide.
day = input()
hour = int(input())
