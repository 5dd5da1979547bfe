def read_line(line):
    parts = line.split()
    print([parts[0], int(parts[1])])
