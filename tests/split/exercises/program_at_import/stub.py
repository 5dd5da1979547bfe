# Ask for the number of things and the price of one, then print the total.
