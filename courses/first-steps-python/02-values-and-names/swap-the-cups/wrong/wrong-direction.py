left = "tea"
right = "coffee"
empty = left
right = left
left = empty
print("left:", left)
print("right:", right)
