stops = int(input())
# Write a for loop here.
