class PacketError(ValueError):
    pass


def checksum(data):
    pass


def invert(data):
    return data


def clear(data):
    pass


def swap_pairs(data):
    pass


def head(data, count):
    pass


def to_hex(data):
    pass


def find_all(data, part):
    pass


def fold_case(data):
    pass


class Packet:
    pass


class Ring:
    pass
