goods = ["tea", "bread", "rice", "salt"]
name = input()
if "name" in goods:
    print("Yes, we have", name)
else:
    print("Sorry, no", name)
