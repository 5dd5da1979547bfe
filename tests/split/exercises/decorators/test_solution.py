import unittest
from unittest.mock import Mock

import solution
from solution import count_calls, greet, repeat, retry, shout


class ShoutTest(unittest.TestCase):
    def test_the_result_is_in_capitals(self):
        @shout
        def answer(question):
            return f"you asked: {question}"

        self.assertEqual(answer("why?"), "YOU ASKED: WHY?")

    def test_it_decorates_functions_of_the_program(self):
        loud = shout(solution.greet)
        self.assertEqual(loud("Ada", mark="?"), "HELLO ADA?")

    def test_it_keeps_the_name_and_the_docstring(self):
        @shout
        def answer():
            """Answer a question."""
            return ""

        self.assertEqual(answer.__name__, "answer")
        self.assertEqual(answer.__doc__, "Answer a question.")

    def test_errors_come_through(self):
        @shout
        def broken():
            raise KeyError("nothing")

        with self.assertRaises(KeyError) as raised:
            broken()
        self.assertEqual(raised.exception.args, ("nothing",))


class CountCallsTest(unittest.TestCase):
    def test_a_new_function_was_never_called(self):
        counted = count_calls(len)
        self.assertEqual(counted.calls, 0)

    def test_each_call_counts(self):
        counted = count_calls(lambda a, b=0: a + b)
        self.assertEqual([counted(1), counted(2, b=3), counted(a=4)], [1, 5, 4])
        self.assertEqual(counted.calls, 3)

    def test_functions_are_counted_apart(self):
        first, second = count_calls(str.upper), count_calls(str.lower)
        first("a")
        first("b")
        second("C")
        self.assertEqual((first.calls, second.calls), (2, 1))

    def test_a_call_that_fails_counts_too(self):
        counted = count_calls(int)
        with self.assertRaises(ValueError):
            counted("seven")
        self.assertEqual(counted.calls, 1)

    def test_the_decorated_function_of_the_program(self):
        before = greet.calls
        self.assertEqual(greet("Olena"), "HELLO OLENA!")
        self.assertEqual(greet.calls, before + 1)
        self.assertEqual(greet.__name__, "greet")
        self.assertEqual(greet.__doc__, "Greet a person.")

    def test_the_count_can_be_set_back(self):
        greet("Amal")
        greet.calls = 0
        greet("Amal")
        self.assertEqual(greet.calls, 1)

    def test_the_wrapped_function_is_kept(self):
        def plain():
            return 1

        self.assertIs(count_calls(plain).__wrapped__, plain)

    def test_methods_of_a_class_of_the_test(self):
        class Shop:
            def __init__(self, name):
                self.name = name

            @count_calls
            def buy(self, thing, count=1):
                return f"{count} {thing} from {self.name}"

            @staticmethod
            @shout
            def sign():
                return "open"

            @property
            @shout
            def title(self):
                return self.name

            @classmethod
            @count_calls
            def make(cls):
                return cls("new")

        shop = Shop("Olena")
        self.assertEqual(shop.buy("tea"), "1 tea from Olena")
        self.assertEqual(Shop("Yusuf").buy("tea", count=2), "2 tea from Yusuf")
        self.assertEqual(Shop.buy.calls, 2)
        self.assertEqual((shop.sign(), shop.title, Shop.make().name), ("OPEN", "OLENA", "new"))


class RepeatTest(unittest.TestCase):
    def test_three_times(self):
        numbers = iter(range(10))

        @repeat(3)
        def draw():
            return next(numbers)

        self.assertEqual(draw(), [0, 1, 2])
        self.assertEqual(draw(), [3, 4, 5])

    def test_arguments_are_passed_on(self):
        spy = Mock(return_value="ok")
        spy.__name__ = "spy"
        self.assertEqual(repeat(2)(spy)("x", y=1), ["ok", "ok"])
        spy.assert_called_with("x", y=1)
        self.assertEqual(spy.call_count, 2)

    def test_zero_times(self):
        self.assertEqual(repeat(0)(print)("never"), [])


class RetryTest(unittest.TestCase):
    def test_it_tries_until_it_works(self):
        work = Mock(side_effect=[ValueError("one"), ValueError("two"), "done"])
        self.assertEqual(retry()(work)(), "done")
        self.assertEqual(work.call_count, 3)

    def test_it_gives_up(self):
        work = Mock(side_effect=ValueError("always"))
        with self.assertRaisesRegex(ValueError, "always"):
            retry(attempts=2)(work)("task")
        self.assertEqual(work.call_count, 2)
        work.assert_called_with("task")

    def test_other_errors_end_it_at_once(self):
        work = Mock(side_effect=TypeError)
        with self.assertRaises(TypeError):
            retry(on=KeyError)(work)()
        work.assert_called_once_with()

    def test_an_error_class_of_the_test(self):
        class LineBusy(Exception):
            pass

        work = Mock(side_effect=[LineBusy(), "hello"])
        self.assertEqual(retry(2, on=LineBusy)(work)(), "hello")


if __name__ == "__main__":
    unittest.main()
