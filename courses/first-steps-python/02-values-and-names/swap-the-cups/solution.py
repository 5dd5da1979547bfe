left = "tea"
right = "coffee"
empty = left
left = right
right = empty
print("left:", left)
print("right:", right)
