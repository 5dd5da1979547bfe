# Read the bus and the minutes, then show the sentence.
bus = input()
