left = "tea"
right = "coffee"
# Swap the values here. A third name helps.

print("left:", left)
print("right:", right)
