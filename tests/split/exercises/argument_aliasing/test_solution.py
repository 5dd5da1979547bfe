import unittest

from solution import Basket, Playlist, snapshot, total


class PlaylistTest(unittest.TestCase):
    """A playlist belongs to whoever gave the list: it keeps the very same one."""

    def setUp(self):
        self.songs = ["one", "two"]
        self.playlist = Playlist(self.songs)

    def test_later_changes_are_seen(self):
        self.songs.append("three")
        self.assertEqual(len(self.playlist), 3)
        self.assertEqual(self.playlist.last(), "three")

    def test_changes_by_the_playlist_are_seen_outside(self):
        self.playlist.add("three")
        self.assertEqual(self.songs, ["one", "two", "three"])

    def test_clearing_outside(self):
        self.songs.clear()
        self.assertIsNone(self.playlist.last())

    def test_two_playlists_share_a_list(self):
        other = Playlist(self.songs)
        other.add("shared")
        self.assertEqual(self.playlist.last(), "shared")

    def test_slices_and_deletions(self):
        self.songs[0:0] = ["zero"]
        del self.songs[-1]
        self.assertEqual(list(self.playlist), ["zero", "one"])


class BasketTest(unittest.TestCase):
    """A basket copies what it is given."""

    def test_later_changes_are_not_seen(self):
        items = {"apple": 2}
        basket = Basket(items)
        items["pear"] = 1
        items["apple"] = 50
        self.assertEqual(basket.count(), 2)

    def test_the_caller_keeps_what_it_had(self):
        items = {"apple": 2}
        basket = Basket(items)
        basket.put("apple")
        basket.put("plum")
        self.assertEqual(items, {"apple": 2})
        self.assertEqual(basket.count(), 4)

    def test_baskets_without_items_are_separate(self):
        first, second = Basket(), Basket()
        first.put("apple")
        self.assertEqual(second.count(), 0)


class FunctionsTest(unittest.TestCase):
    def test_snapshot_is_deep(self):
        state = {"players": [{"name": "Ada", "cards": [1, 2]}]}
        saved = snapshot(state)
        state["players"][0]["cards"].append(3)
        self.assertEqual(saved, {"players": [{"name": "Ada", "cards": [1, 2]}]})

    def test_total_leaves_the_list(self):
        numbers = [3, 1, 2]
        self.assertEqual(total(numbers, [4]), 10)
        self.assertEqual(numbers, [3, 1, 2])


if __name__ == "__main__":
    unittest.main()
