# Take two parts of the text with slices.
time = input()
