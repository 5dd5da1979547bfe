print("Welcome to the library")
print("Please be quiet")
