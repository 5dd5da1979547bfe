print("Welcome to the library")
print("Open from 9 to 17")
pirnt("Please be quiet")
