print("hello, Python!")
