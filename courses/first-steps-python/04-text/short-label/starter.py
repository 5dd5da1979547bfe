# Make the label from three parts.
thing = input()
first = thing[0]
