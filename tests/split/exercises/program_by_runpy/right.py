def count_words(lines):
    counts = {}
    for line in lines:
        for word in line.lower().split():
            counts[word] = counts.get(word, 0) + 1
    return counts


def read_lines():
    while True:
        try:
            yield input()
        except EOFError:
            return


def main():
    counts = count_words(read_lines())
    for word in sorted(counts):
        print(word, counts[word])
    if not counts:
        print("no words")


if __name__ == "__main__":
    main()
