print("To buy:")
print("tea")
print("bread")
print("water")
