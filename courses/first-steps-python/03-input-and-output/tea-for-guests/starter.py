# Read the number of guests, then show the number of cups.
guests = input()
