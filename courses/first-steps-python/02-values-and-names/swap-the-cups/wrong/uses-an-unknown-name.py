left = "tea"
right = "coffee"
left = right
right = empty
print("left:", left)
print("right:", right)
