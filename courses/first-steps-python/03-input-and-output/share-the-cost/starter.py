# Read the price and the number of people.
price = float(input())
# Calculate and show the result.
