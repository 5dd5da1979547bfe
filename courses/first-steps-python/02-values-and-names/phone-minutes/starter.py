minutes = 120
# Change minutes three times, then show the line.
