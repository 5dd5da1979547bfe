import unittest

import solution
from solution import Packet, Ring, checksum, clear, find_all, fold_case, head, invert, swap_pairs, to_hex


class ViewTest(unittest.TestCase):
    def test_checksum_of_any_bytes(self):
        self.assertEqual(checksum(b"\x01\x02\x03"), 6)
        self.assertEqual(checksum(bytearray(b"\xff\xff")), 254)
        self.assertEqual(checksum(memoryview(b"\x05\x06")), 11)

    def test_checksum_of_a_part(self):
        data = memoryview(bytes(range(100)))
        self.assertEqual(checksum(data[10:13]), 33)

    def test_invert_in_place(self):
        data = bytearray(b"\x00\x0f")
        self.assertIsNone(invert(data))
        self.assertEqual(data, b"\xff\xf0")

    def test_invert_through_a_view(self):
        data = bytearray(b"\x00\x00\x00\x00")
        invert(memoryview(data)[1:3])
        self.assertEqual(data, bytearray(b"\x00\xff\xff\x00"))

    def test_clear(self):
        data = bytearray(b"secret")
        clear(data)
        self.assertEqual(len(data), 6)
        self.assertEqual(bytes(data), bytes(6))

    def test_swap_pairs(self):
        self.assertEqual(swap_pairs(b"abcd"), b"badc")
        self.assertIs(type(swap_pairs(b"")), bytes)
        with self.assertRaises(ValueError):
            swap_pairs(b"abc")

    def test_head_is_a_view(self):
        data = bytearray(b"hello")
        view = head(data, 2)
        self.assertEqual(view.tobytes(), b"he")
        self.assertEqual(len(view), 2)
        self.assertEqual(view[1], ord("e"))

    def test_to_hex(self):
        self.assertEqual(to_hex(b"\x00\xab"), "00 ab")
        self.assertEqual(bytes.fromhex(to_hex(b"\x01\x02")), b"\x01\x02")

    def test_find_all(self):
        self.assertEqual(find_all(b"abcabca", b"a"), [0, 3, 6])
        self.assertEqual(find_all(b"aaa", b"aa"), [0, 1])
        self.assertEqual(find_all(b"", b"a"), [])

    def test_fold_case_changes_only_a_bytearray(self):
        data = bytearray(b"AbC")
        self.assertIs(fold_case(data), data)
        self.assertEqual(data, b"abc")
        text = b"AbC"
        self.assertEqual(fold_case(text), b"abc")
        self.assertEqual(text, b"AbC")


class PacketTest(unittest.TestCase):
    def test_bytes_of_a_packet(self):
        packet = Packet(7, b"hi")
        self.assertEqual(bytes(packet), b"\x07\x00\x02hi")
        self.assertEqual(len(packet), 5)

    def test_read(self):
        packet = Packet.read(b"\x01\x00\x03abcREST")
        self.assertEqual((packet.kind, packet.body), (1, b"abc"))
        self.assertIsInstance(packet.body, bytes)

    def test_too_short(self):
        with self.assertRaisesRegex(solution.PacketError, "3 bytes are missing"):
            Packet.read(b"\x01\x00\x05ab")

    def test_there_and_back(self):
        packet = Packet.read(bytes(Packet(255, bytes(300))))
        self.assertEqual(packet.body, bytes(300))


class RingTest(unittest.TestCase):
    def test_the_oldest_bytes_go(self):
        ring = Ring(4)
        ring.write(b"abc")
        ring.write(b"def")
        self.assertEqual(ring.content, b"cdef")
        self.assertIsInstance(ring.content, bytearray)

    def test_the_content_is_the_ring_itself(self):
        ring = Ring(4)
        ring.write(b"ab")
        ring.content[0] = ord("X")
        ring.content += b"c"
        self.assertEqual(ring.read(), b"Xbc")
        self.assertEqual(ring.content, b"")


if __name__ == "__main__":
    unittest.main()
