import unittest
from unittest import mock
from unittest.mock import call, mock_open, patch

import solution


class ReadingTest(unittest.TestCase):
    def test_count_lines(self):
        with patch("builtins.open", mock_open(read_data="one\ntwo\nthree\n")) as mocked:
            self.assertEqual(solution.count_lines("poem.txt"), 3)
        mocked.assert_called_once()
        self.assertEqual(mocked.call_args.args[0], "poem.txt")

    def test_last_line_without_newline(self):
        with patch("builtins.open", mock_open(read_data="one\ntwo")):
            self.assertEqual(solution.count_lines("poem.txt"), 2)

    def test_empty_file(self):
        with patch("builtins.open", mock_open(read_data="")):
            self.assertEqual(solution.count_lines("empty.txt"), 0)

    @patch("builtins.open", new_callable=mock_open, read_data="host = example.org\n# port = 1\nport=80\n\n")
    def test_settings(self, mocked):
        self.assertEqual(solution.read_settings("app.conf"), {"host": "example.org", "port": "80"})
        mocked.assert_called_once_with("app.conf", encoding="utf-8")

    def test_missing_settings(self):
        with patch("builtins.open", side_effect=FileNotFoundError(2, "No such file")):
            self.assertEqual(solution.read_settings("app.conf"), {})

    def test_forbidden_settings(self):
        with patch("builtins.open", side_effect=PermissionError("not yours")):
            with self.assertRaisesRegex(PermissionError, "not yours"):
                solution.read_settings("app.conf")

    @patch("builtins.open", mock_open(read_data="abc"))
    def test_checksum_of_all_letters(self):
        self.assertEqual(solution.checksum("letters"), 294)


class WritingTest(unittest.TestCase):
    def test_save(self):
        mocked = mock_open()
        with patch("builtins.open", mocked):
            solution.save("list.txt", ["tea", "bread"])
        mocked.assert_called_once_with("list.txt", "w", encoding="utf-8")
        handle = mocked()
        written = "".join(c.args[0] for c in handle.write.call_args_list)
        self.assertEqual(written, "tea\nbread\n")

    def test_the_file_is_closed(self):
        mocked = mock_open()
        with patch("builtins.open", mocked):
            solution.save("list.txt", [])
        handle = mocked.return_value
        self.assertTrue(handle.__exit__.called or handle.close.called)
        handle.write.assert_not_called()

    @mock.patch("builtins.open", new_callable=mock.mock_open)
    def test_append(self, mocked):
        solution.append_line("log.txt", "started")
        self.assertEqual(mocked.call_args, call("log.txt", "a", encoding="utf-8"))
        mocked().write.assert_called_once_with("started\n")

    @mock.patch("builtins.open", new_callable=mock.mock_open, read_data="b\na\n")
    def test_sort_file_reads_before_it_writes(self, mocked):
        solution.sort_file("names.txt")
        modes = [c.args[1] if len(c.args) > 1 else "r" for c in mocked.call_args_list]
        self.assertEqual(modes, ["r", "w"])
        mocked().writelines.assert_called_once_with(["a\n", "b\n"])

    def test_a_full_disk(self):
        mocked = mock_open()
        mocked.return_value.write.side_effect = OSError("disk full")
        with patch("builtins.open", mocked), self.assertRaises(OSError) as caught:
            solution.append_line("log.txt", "x")
        self.assertEqual(str(caught.exception), "disk full")


if __name__ == "__main__":
    unittest.main()
