def read_line(line):
    parts = line.split()
    return [parts[0], int(parts[1])]
