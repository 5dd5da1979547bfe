def read_line(line):
    parts = line.split()
    return parts
