def encode(text):
    return text.encode("utf-8")


def decode(data):
    return bytes(data).decode("utf-8", errors="replace")


def mask(data, key):
    return bytearray(byte ^ key for byte in data)


def wipe(data):
    for index in range(len(data)):
        data[index] = 0


def checksum(data):
    return sum(data) % 256


def hexdump(data):
    return " ".join(f"{byte:02x}" for byte in data)
