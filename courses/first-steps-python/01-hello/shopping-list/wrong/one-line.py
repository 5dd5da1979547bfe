print("To buy:")
print("bread tea water")
