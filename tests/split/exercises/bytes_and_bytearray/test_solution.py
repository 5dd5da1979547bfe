import unittest

from solution import checksum, decode, encode, hexdump, mask, wipe


class EncodingTest(unittest.TestCase):
    def test_encode_gives_bytes(self):
        self.assertEqual(encode("abc"), b"abc")
        self.assertIsInstance(encode("abc"), bytes)

    def test_other_alphabets(self):
        self.assertEqual(encode("Привіт"), "Привіт".encode())
        self.assertEqual(encode("سلام"), b"\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85")

    def test_round_trip(self):
        for text in ("", "plain", "naïve", "日本語", "🦊", "\x00\x7f"):
            with self.subTest(text=text):
                self.assertEqual(decode(encode(text)), text)

    def test_decode_accepts_a_bytearray(self):
        self.assertEqual(decode(bytearray(b"caf\xc3\xa9")), "café")

    def test_decode_replaces_bad_bytes(self):
        self.assertEqual(decode(b"ok\xff\xfe"), "ok\ufffd\ufffd")


class MaskTest(unittest.TestCase):
    def test_mask_gives_a_bytearray(self):
        result = mask(b"\x01\x02\x03", 0xFF)
        self.assertIs(type(result), bytearray)
        self.assertEqual(result, bytearray([0xFE, 0xFD, 0xFC]))

    def test_all_bytes(self):
        everything = bytes(range(256))
        self.assertEqual(bytes(mask(everything, 0x5A)), bytes(b ^ 0x5A for b in range(256)))
        self.assertEqual(bytes(mask(mask(everything, 7), 7)), everything)

    def test_mask_leaves_its_argument(self):
        data = bytearray(b"abc")
        mask(data, 1)
        self.assertEqual(data, bytearray(b"abc"))

    def test_wipe_clears_in_place(self):
        secret = bytearray(b"password")
        self.assertIsNone(wipe(secret))
        self.assertEqual(secret, bytearray(8))

    def test_wipe_refuses_bytes(self):
        with self.assertRaises(TypeError):
            wipe(b"password")


class SumsTest(unittest.TestCase):
    def test_checksum(self):
        self.assertEqual(checksum(b""), 0)
        self.assertEqual(checksum(b"\xff\x01"), 0)
        self.assertEqual(checksum(bytes(range(200))), sum(range(200)) % 256)

    def test_checksum_of_a_memoryview(self):
        self.assertEqual(checksum(memoryview(b"abcdef")[2:4]), 99 + 100)

    def test_hexdump(self):
        self.assertEqual(hexdump(b"\x00\xab\x7f"), "00 ab 7f")
        self.assertEqual(hexdump(bytearray()), "")
