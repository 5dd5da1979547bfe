goods = ["tea", "bread", "rice", "salt"]
name = input()
if name == goods[0]:
    print("Yes, we have", name)
else:
    print("Sorry, no", name)
