def average(temperatures):
    total = 0
    # Add all temperatures with a for loop.
    # Then return the average.
