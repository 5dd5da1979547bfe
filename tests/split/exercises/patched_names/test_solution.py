import io
import unittest
from pathlib import Path
from unittest import mock
from unittest.mock import ANY, DEFAULT, MagicMock, Mock, call, create_autospec, patch

import solution
from solution import Printer, Shop, notify, price_of, with_tax


class HelpersTest(unittest.TestCase):
    def test_house(self):
        self.assertEqual(solution.house(2, 1), "/--\\\n|  |")

    @patch("solution.wall")
    @patch("solution.roof")
    def test_house_uses_its_helpers(self, roof, wall):
        roof.return_value = "ROOF"
        wall.side_effect = ["W1", "W2"]
        self.assertEqual(solution.house(7, 2), "ROOF\nW1\nW2")
        roof.assert_called_once_with(7)
        self.assertEqual(wall.call_args_list, [call(7), call(7)])

    def test_helpers_come_back(self):
        with patch("solution.roof", return_value="x"):
            self.assertEqual(solution.house(1, 0), "x")
        self.assertEqual(solution.house(1, 0), "/-\\")
        self.assertEqual(solution.roof(3), "/---\\")

    @patch("solution.load_prices", return_value={"tea": 3})
    def test_price_of(self, load_prices):
        self.assertEqual(price_of("tea"), 3)
        self.assertEqual(price_of("bread", default=9), 9)
        self.assertEqual(load_prices.call_count, 2)

    @patch("solution.load_prices", side_effect=OSError("away"))
    def test_no_prices(self, load_prices):
        self.assertEqual(price_of("tea", 1), 1)
        load_prices.assert_called_once()

    @patch("solution.load_prices", side_effect=KeyError("broken"))
    def test_other_errors_are_not_hidden(self, _):
        with self.assertRaises(KeyError):
            price_of("tea")

    def test_the_rate_is_a_constant(self):
        self.assertEqual(with_tax(10), 12)
        with patch.object(solution, "RATE", 0.5):
            self.assertEqual(with_tax(10), 15)
        self.assertEqual(solution.RATE, 0.2)

    @patch.multiple("solution", load_prices=DEFAULT, RATE=0)
    def test_many_names_at_once(self, load_prices):
        load_prices.return_value = {"tea": 2}
        self.assertEqual(with_tax(price_of("tea")), 2)

    def test_a_name_that_does_not_exist(self):
        with self.assertRaises(AttributeError):
            with patch("solution.garden"):
                pass


class PrinterTest(unittest.TestCase):
    def test_write_all(self):
        with patch.object(Printer, "write") as write:
            self.assertEqual(Printer().write_all(["a", "b"]), 2)
        self.assertEqual(write.call_args_list, [call("1. a"), call("2. b")])

    def test_write_all_of_one_printer(self):
        printer = Printer()
        with patch.object(printer, "write") as write:
            printer.write_all(["x"])
        write.assert_called_once_with("1. x")

    def test_write_all_knows_its_printer(self):
        with patch.object(Printer, "write", autospec=True) as write:
            printer = Printer()
            printer.write_all(["x"])
        write.assert_called_once_with(printer, "1. x")

    @patch("builtins.print")
    def test_write_prints(self, printed):
        Printer().write("hello")
        printed.assert_called_once_with("hello")


@patch("solution.load_prices", new=lambda: {"tea": 2.5})
class ShopTest(unittest.TestCase):
    def test_sell(self):
        printer = Mock()
        self.assertEqual(Shop(printer).sell("tea", 2), 6.0)
        printer.write.assert_called_once_with("2 x tea: 6.00")

    def test_only_what_a_printer_can(self):
        printer = create_autospec(Printer, instance=True)
        Shop(printer).sell("tea")
        self.assertEqual(printer.method_calls, [call.write("1 x tea: 3.00")])
        with self.assertRaises(TypeError):
            printer.write()
        with self.assertRaises(AttributeError):
            printer.draw()

    def test_a_mock_with_a_spec(self):
        printer = MagicMock(spec=Printer)
        self.assertIsInstance(printer, Printer)
        Shop(printer).sell("tea")
        printer.write.assert_called_once()

    def test_the_printer_class_is_replaced(self):
        with patch("solution.Printer") as printer_class:
            Shop().sell("water")
        printer_class.assert_called_once_with()
        printer_class.return_value.write.assert_called_once_with(ANY)

    def test_opening_hours(self):
        self.assertTrue(Shop.is_open(9))
        with patch.object(Shop, "opening_hours", return_value=(20, 22)):
            self.assertFalse(Shop.is_open(9))
            self.assertTrue(Shop.is_open(21))
        self.assertTrue(Shop.is_open(16))

    def test_wraps(self):
        with patch("solution.with_tax", wraps=solution.with_tax) as taxed:
            self.assertEqual(Shop(Mock()).sell("tea", 4), 12)
        taxed.assert_called_once_with(10.0)


class LibraryTest(unittest.TestCase):
    """What the program uses of Python's own library."""

    @patch("getpass.getpass", return_value="sesame")
    @patch("builtins.input", return_value="Ada")
    def test_log_in(self, asked, password):
        self.assertTrue(solution.log_in({"Ada": "sesame"}))
        self.assertFalse(solution.log_in({"Ada": "other"}))
        asked.assert_called_with("Name: ")
        password.assert_called_with("Password: ")

    @patch("solution.getpass.getpass", return_value="x")
    @patch("solution.input", create=True, side_effect=["Ada", "Olena"])
    def test_log_in_by_names_in_the_program(self, asked, password):
        self.assertEqual([solution.log_in({"Olena": "x"}) for _ in range(2)], [False, True])
        self.assertEqual(asked.call_count, 2)

    @patch("urllib.request.urlopen")
    def test_weather(self, urlopen):
        urlopen.return_value.__enter__.return_value = io.StringIO('{"text": "rain"}')
        self.assertEqual(solution.weather("here"), "rain")
        urlopen.assert_called_once_with("https://weather.example/here")

    @patch("solution.urllib.request.urlopen")
    def test_weather_as_bytes(self, urlopen):
        urlopen.return_value.__enter__.return_value.read.return_value = b'{"text": "sun"}'
        self.assertEqual(solution.weather("there"), "sun")

    @patch("socket.gethostname", return_value="moon")
    @patch("builtins.print")
    def test_stop(self, printed, _):
        with patch("sys.exit") as leave:
            solution.stop(3)
        leave.assert_called_once_with(3)
        printed.assert_called_once_with("Bye from", "moon")
        with self.assertRaises(SystemExit) as raised:
            solution.stop(4)
        self.assertEqual(raised.exception.code, 4)

    def test_first_file(self):
        with patch("pathlib.Path.exists", return_value=True):
            self.assertEqual(solution.first_file("a.txt", "b.txt"), "a.txt")
        self.assertIsNone(solution.first_file("a.txt"))
        with patch.object(Path, "exists", lambda path: path.suffix == ".md"):
            self.assertEqual(solution.first_file("a.txt", "b.md"), "b.md")
        with patch("solution.Path") as path:
            path.return_value.exists.side_effect = [False, True]
            self.assertEqual(solution.first_file("one", "two"), "two")

    @patch("solution.sleep")
    def test_nap(self, sleep):
        self.assertEqual(solution.nap(), "awake")
        sleep.assert_called_once_with(3600)


class NotifyTest(unittest.TestCase):
    people = {"Ada": "ada@example.org", "Olena": "olena@example.org", "Yusuf": "yusuf@example.org"}

    def test_each_gets_a_message(self):
        send = Mock(return_value=None)
        self.assertEqual(notify(self.people, send), [])
        send.assert_any_call("olena@example.org", subject="Dear Olena")
        self.assertEqual([args.args[0] for args in send.call_args_list], list(self.people.values()))
        self.assertEqual(send.call_args.kwargs, {"subject": "Dear Yusuf"})

    def test_some_fail(self):
        send = Mock(side_effect=[ConnectionResetError, None, ConnectionError("down")])
        self.assertEqual(notify(self.people, send), ["Ada", "Yusuf"])
        self.assertEqual(send.call_count, 3)

    def test_calls_in_order(self):
        post = mock.Mock()
        notify({"Ada": "a"}, post.send)
        post.close()
        post.assert_has_calls([call.send("a", subject="Dear Ada"), call.close()])


if __name__ == "__main__":
    unittest.main()
