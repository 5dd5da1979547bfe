def read_line(line):
    parts = line.split()
    return [parts[1], int(parts[2])]
