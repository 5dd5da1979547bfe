prices = [5, 6, 4]
# Write your lines here.
