goods = ["tea", "bread", "rice", "salt"]
name = input()
for thing in goods:
    if thing == name:
        print("Yes, we have", name)
    else:
        print("Sorry, no", name)
