print("Hello, Python!"
