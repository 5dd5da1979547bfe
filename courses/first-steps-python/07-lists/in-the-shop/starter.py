goods = ["tea", "bread", "rice", "salt"]
name = input()
# Is name in goods? Show one line.
