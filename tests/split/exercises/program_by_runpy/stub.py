def count_words(lines):
    pass


def main():
    pass


if __name__ == "__main__":
    main()
