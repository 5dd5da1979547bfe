import contextlib
import unittest
from unittest.mock import MagicMock, Mock

from solution import Door, Ignore, Recorder, Transaction, run_all


class RecorderTest(unittest.TestCase):
    def setUp(self):
        self.log = []

    def test_a_good_block(self):
        with Recorder(self.log, "a"):
            self.log.append("inside")
        self.assertEqual(self.log, ["enter a", "inside", "exit a: ok"])

    def test_the_name_after_as(self):
        recorder = Recorder(self.log, "a")
        with recorder as given:
            self.assertIs(given, recorder)
            self.assertEqual(given.name, "a")

    def test_a_block_that_fails(self):
        with self.assertRaises(ZeroDivisionError):
            with Recorder(self.log, "a"):
                1 / 0
        self.assertEqual(self.log[-1], "exit a: ZeroDivisionError")

    def test_an_error_class_of_the_test(self):
        class PowerCut(Exception):
            pass

        with self.assertRaises(PowerCut) as raised, Recorder(self.log, "a"):
            raise PowerCut("dark", 3)
        self.assertEqual(raised.exception.args, ("dark", 3))
        self.assertEqual(self.log, ["enter a", "exit a: PowerCut"])

    def test_order_of_two(self):
        with Recorder(self.log, "a"), Recorder(self.log, "b"):
            self.log.append("inside")
        self.assertEqual(self.log, ["enter a", "enter b", "inside", "exit b: ok", "exit a: ok"])

    def test_the_same_twice(self):
        recorder = Recorder(self.log, "x")
        with recorder:
            with recorder:
                pass
        self.assertEqual(self.log, ["enter x", "enter x", "exit x: ok", "exit x: ok"])

    def test_exit_stack(self):
        with contextlib.ExitStack() as stack:
            for name in "abc":
                stack.enter_context(Recorder(self.log, name))
            stack.callback(self.log.append, "first of all")
        self.assertEqual(self.log[3:], ["first of all", "exit c: ok", "exit b: ok", "exit a: ok"])

    def test_return_out_of_a_block(self):
        def early():
            with Recorder(self.log, "a"):
                return "value"

        self.assertEqual(early(), "value")
        self.assertEqual(self.log, ["enter a", "exit a: ok"])

    def test_called_by_hand(self):
        recorder = Recorder(self.log, "a")
        recorder.__enter__()
        self.assertFalse(recorder.__exit__(None, None, None))
        self.assertEqual(len(self.log), 2)

    def test_enter_context_of_a_test_case(self):
        self.enterContext(Recorder(self.log, "a"))
        self.assertEqual(self.log, ["enter a"])
        self.doCleanups()
        self.assertEqual(self.log, ["enter a", "exit a: ok"])


class IgnoreTest(unittest.TestCase):
    def test_the_named_class(self):
        reached = False
        with Ignore(KeyError):
            {}["missing"]
            reached = True
        self.assertFalse(reached)

    def test_a_class_below_the_named_one(self):
        with Ignore(LookupError) as ignore:
            [][3]
        self.assertIsInstance(ignore.caught, IndexError)
        self.assertEqual(str(ignore.caught), "list index out of range")

    def test_another_class_comes_through(self):
        with self.assertRaises(ValueError):
            with Ignore(KeyError, TypeError):
                int("x")

    def test_nothing_to_ignore(self):
        with Ignore(Exception) as ignore:
            pass
        self.assertIsNone(ignore.caught)

    def test_a_failed_assertion_is_not_a_value_error(self):
        with self.assertRaises(AssertionError):
            with Ignore(ValueError):
                self.assertEqual(1, 2)


class TransactionTest(unittest.TestCase):
    def test_changes_stay(self):
        data = {"a": 1}
        with Transaction(data) as open_data:
            open_data["b"] = 2
            del data["a"]
        self.assertEqual(data, {"b": 2})

    def test_changes_go_when_it_fails(self):
        data = {"a": 1}
        with self.assertRaises(RuntimeError), Transaction(data):
            data["a"] = 5
            data["b"] = 2
            raise RuntimeError
        self.assertEqual(data, {"a": 1})

    def test_the_same_dictionary(self):
        data = {}
        with Transaction(data) as open_data:
            self.assertIs(open_data, data)


class DoorTest(unittest.TestCase):
    def test_open_only_inside(self):
        door = Door()
        with door as nothing:
            self.assertTrue(door.is_open)
            self.assertIsNone(nothing)
        self.assertFalse(door.is_open)

    def test_it_closes_after_an_error(self):
        door = Door()
        with contextlib.suppress(OSError):
            with door:
                raise OSError("wind")
        self.assertFalse(door.is_open)

    def test_an_open_door_cannot_be_opened(self):
        door = Door()
        with door:
            with self.assertRaisesRegex(RuntimeError, "open already"):
                with door:
                    self.fail("not reached")
        self.assertFalse(door.is_open)

    def test_each_door_is_its_own(self):
        with Door():
            self.assertFalse(Door().is_open)


class RunAllTest(unittest.TestCase):
    def test_with_managers_of_the_program(self):
        log = []
        result = run_all([Recorder(log, "a"), Recorder(log, "b")], lambda: log.append("act") or 7)
        self.assertEqual(result, 7)
        self.assertEqual(log, ["enter a", "enter b", "act", "exit b: ok", "exit a: ok"])

    def test_with_a_mock(self):
        manager = MagicMock()
        manager.__exit__.return_value = False
        self.assertEqual(run_all([manager], lambda: "done"), "done")
        manager.__enter__.assert_called_once_with()
        manager.__exit__.assert_called_once_with(None, None, None)

    def test_with_a_manager_of_the_test(self):
        steps = []

        @contextlib.contextmanager
        def step(name):
            steps.append(f"+{name}")
            try:
                yield
            finally:
                steps.append(f"-{name}")

        with self.assertRaises(KeyError):
            run_all([step("a"), step("b")], Mock(side_effect=KeyError("k")))
        self.assertEqual(steps, ["+a", "+b", "-b", "-a"])

    def test_no_managers(self):
        self.assertEqual(run_all([], lambda: 1), 1)
