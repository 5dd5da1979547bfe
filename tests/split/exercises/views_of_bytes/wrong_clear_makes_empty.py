class PacketError(ValueError):
    pass


def checksum(data):
    return sum(data) % 256


def invert(data):
    for place in range(len(data)):
        data[place] ^= 0xFF


def clear(data):
    data.clear()


def swap_pairs(data):
    if len(data) % 2:
        raise ValueError("an odd number of bytes")
    result = bytearray(len(data))
    result[0::2], result[1::2] = data[1::2], data[0::2]
    return bytes(result)


def head(data, count):
    return memoryview(data)[:count]


def to_hex(data):
    return data.hex(" ")


def find_all(data, part):
    return [place for place in range(len(data)) if data.startswith(part, place)]


def fold_case(data):
    if isinstance(data, bytearray):
        data[:] = data.lower()
        return data
    return data.lower()


class Packet:
    def __init__(self, kind, body):
        self.kind = kind
        self.body = body

    @classmethod
    def read(cls, data):
        size = int.from_bytes(data[1:3], "big")
        body = data[3 : 3 + size]
        if len(body) < size:
            raise PacketError(f"{size - len(body)} bytes are missing")
        return cls(data[0], body)

    def __bytes__(self):
        return bytes([self.kind]) + len(self.body).to_bytes(2, "big") + self.body

    def __len__(self):
        return 3 + len(self.body)


class Ring:
    def __init__(self, size):
        self.size = size
        self.content = bytearray()

    def write(self, data):
        self.content += data
        del self.content[: -self.size]

    def read(self):
        taken = bytes(self.content)
        self.content.clear()
        return taken
