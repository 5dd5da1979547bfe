# The first line is ready. Add the other lines.
print("To buy:")
