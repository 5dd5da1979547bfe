# Choose one of three words.
temperature = int(input())
if temperature >= 25:
    print("hat")
