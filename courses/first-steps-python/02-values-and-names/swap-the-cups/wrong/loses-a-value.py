left = "tea"
right = "coffee"
left = right
right = left
print("left:", left)
print("right:", right)
