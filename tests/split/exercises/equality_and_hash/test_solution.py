import unittest

from solution import Card, Coin, Contact, Deck, Word, unique


class CardTest(unittest.TestCase):
    def test_equal_cards(self):
        self.assertEqual(Card("7", "hearts"), Card("7", "hearts"))
        self.assertNotEqual(Card("7", "hearts"), Card("8", "hearts"))
        self.assertIsNot(Card("7", "hearts"), Card("7", "hearts"))

    def test_cards_in_sets(self):
        cards = {Card("7", "hearts"), Card("7", "hearts"), Card("7", "clubs")}
        self.assertEqual(len(cards), 2)
        self.assertIn(Card("7", "clubs"), cards)
        self.assertNotIn(Card("9", "clubs"), cards)

    def test_cards_as_keys(self):
        points = {Card("ace", "clubs"): 11, Card("7", "clubs"): 7}
        self.assertEqual(points[Card("ace", "clubs")], 11)
        self.assertIsNone(points.get(Card("8", "clubs")))

    def test_hash(self):
        self.assertEqual(hash(Card("7", "hearts")), hash(Card("7", "hearts")))

    def test_lists_of_cards(self):
        self.assertEqual([Card("7", "clubs"), Card("8", "clubs")], [Card("7", "clubs"), Card("8", "clubs")])
        self.assertIn(Card("7", "clubs"), [Card("8", "clubs"), Card("7", "clubs")])
        self.assertEqual([Card("7", "clubs")].index(Card("7", "clubs")), 0)

    def test_not_equal_to_plain_values(self):
        self.assertNotEqual(Card("7", "clubs"), ("7", "clubs"))
        self.assertFalse(Card("7", "clubs") == "7 of clubs")
        self.assertNotEqual(Card("7", "clubs"), None)

    def test_count_equal(self):
        self.assertCountEqual(
            [Card("7", "clubs"), Card("8", "clubs")], [Card("8", "clubs"), Card("7", "clubs")]
        )


class CoinTest(unittest.TestCase):
    def test_a_coin_is_only_equal_to_itself(self):
        coin = Coin(5)
        self.assertEqual(coin, coin)
        self.assertNotEqual(coin, Coin(5))
        self.assertEqual(len({coin, coin, Coin(5)}), 2)


class ContactTest(unittest.TestCase):
    def test_case_of_the_name_does_not_count(self):
        self.assertEqual(Contact("Amal", "1"), Contact("AMAL", "2"))
        self.assertFalse(Contact("Amal", "1") != Contact("amal", "1"))
        self.assertEqual(hash(Contact("Amal", "1")), hash(Contact("amal", "9")))

    def test_unique_keeps_the_first(self):
        first, second = Contact("Amal", "1"), Contact("AMAL", "2")
        result = unique([first, second, Contact("Olena", "3")])
        self.assertEqual([contact.phone for contact in result], ["1", "3"])
        self.assertIs(result[0], first)

    def test_unique_with_values_of_the_test(self):
        self.assertEqual(unique([1, 1.0, "1", 2]), [1, "1", 2])

    def test_dictionaries_of_the_program(self):
        contact = Contact("Amal", "1")
        self.assertEqual(contact.calls, {})
        contact.call(Contact("Olena", "3"), 10)
        contact.call(Contact("OLENA", "4"), 5)
        self.assertEqual(list(contact.calls.values()), [15])
        self.assertEqual(contact.calls[Contact("olena", "")], 15)


class WordTest(unittest.TestCase):
    def test_changeable_objects_cannot_be_keys(self):
        with self.assertRaises(TypeError):
            {Word("a"): 1}
        self.assertEqual(Word("a"), Word("a"))


class DeckTest(unittest.TestCase):
    def test_decks_are_equal_by_their_cards(self):
        self.assertEqual(Deck([Card("7", "clubs")]), Deck([Card("7", "clubs")]))
        self.assertNotEqual(Deck([Card("7", "clubs")]), Deck([]))

    def test_remove_an_equal_card(self):
        deck = Deck([Card("7", "clubs"), Card("8", "clubs")])
        deck.remove(Card("7", "clubs"))
        self.assertEqual(deck.cards, [Card("8", "clubs")])
        with self.assertRaises(ValueError):
            deck.remove(Card("7", "clubs"))

    def test_common_cards(self):
        first = Deck([Card("7", "clubs"), Card("8", "clubs")])
        second = Deck([Card("8", "clubs"), Card("9", "clubs")])
        self.assertEqual(first.common(second), {Card("8", "clubs")})
        self.assertEqual(first.common(Deck([])), set())

    def test_contains(self):
        self.assertIn(Card("7", "clubs"), Deck([Card("7", "clubs")]))
        self.assertNotIn(Card("7", "hearts"), Deck([Card("7", "clubs")]))


if __name__ == "__main__":
    unittest.main()
