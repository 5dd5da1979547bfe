print("To buy:")
print("bread")
print("tea")
print("water")
