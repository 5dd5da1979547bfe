def read_line(line):
    parts = line.split()
    # Return a list with the name and the amount.
