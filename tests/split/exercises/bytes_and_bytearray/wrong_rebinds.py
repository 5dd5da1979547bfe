def encode(text):
    return text.encode("utf-8")


def decode(data):
    return bytes(data).decode("utf-8", errors="replace")


def mask(data, key):
    return bytearray(byte ^ key for byte in data)


def wipe(data):
    if isinstance(data, bytes):
        raise TypeError("bytes cannot be changed")
    data = bytearray(len(data))


def checksum(data):
    return sum(data) % 256


def hexdump(data):
    return data.hex(" ")
