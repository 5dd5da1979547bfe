import unittest
from contextlib import contextmanager

import solution
from solution import Counter, Notebook, Register

EVENTS = []


def setUpModule():
    EVENTS.append("module")
    solution.VERBOSE = True


def tearDownModule():
    solution.VERBOSE = False


class NotebookTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = Notebook("shared")
        cls.shared.write("first line")
        EVENTS.append("class")

    @classmethod
    def tearDownClass(cls):
        cls.shared.close()
        assert cls.shared.closed

    def setUp(self):
        self.notebook = Notebook("own")
        self.addCleanup(self.check_is_closed)
        self.addCleanup(self.notebook.close)

    def check_is_closed(self):
        self.assertTrue(self.notebook.closed)

    def tearDown(self):
        self.assertFalse(self.notebook.closed)

    def test_set_up_ran_first(self):
        self.assertEqual(EVENTS[:2], ["module", "class"])

    def test_a_new_notebook_is_empty(self):
        self.assertEqual(self.notebook.lines, [])

    def test_write(self):
        self.notebook.write("hello")
        self.assertEqual(self.notebook.lines, ["hello"])

    def test_each_test_has_its_own_notebook(self):
        self.assertEqual(len(self.notebook.lines), 0)
        self.notebook.lines.append("mine")

    def test_shared_by_the_class(self):
        self.assertEqual(self.shared.lines[0], "first line")
        self.assertFalse(self.shared.closed)

    def test_shared_is_one_object(self):
        self.assertIs(self.shared, type(self).shared)
        self.shared.write("more")
        self.assertEqual(NotebookTest.shared.lines[-1], "more")

    def test_the_module_is_prepared(self):
        self.assertTrue(solution.VERBOSE)
        self.assertEqual(self.notebook.describe(), "own: 0 lines, open")


class ClosedTest(unittest.TestCase):
    def test_closed(self):
        notebook = Notebook("x")
        notebook.close()
        with self.assertRaises(ValueError):
            notebook.write("late")
        self.assertEqual(notebook.describe(), "x: 0 lines, closed")

    def test_closed_twice(self):
        notebook = Notebook("x")
        notebook.close()
        notebook.close()
        self.assertEqual(notebook.closings, 1)


class RegisterTest(unittest.TestCase):
    def setUp(self):
        register = Register()
        register.__enter__()
        self.addCleanup(register.__exit__, None, None, None)
        self.register = register
        self.order = []

    def test_inside(self):
        self.assertTrue(self.register.is_open)
        self.register.add("Amal")
        self.assertEqual(self.register.names, ["Amal"])

    def test_clean_up_order(self):
        self.register.on_close(self.order.append)
        self.addCleanup(self.assertEqual, self.order, [])
        self.register.add("Olena")
        self.assertEqual(self.order, [])

    def test_as_a_context(self):
        with Register() as register:
            register.on_close(self.order.append)
            register.add("Yusuf")
        self.assertEqual(self.order, ["Yusuf"])
        self.assertFalse(register.is_open)

    def test_enter_context(self):
        register = self.enterContext(Register())
        register.add("Sara")
        self.assertEqual(len(register.names), 1)

    def test_own_context(self):
        @contextmanager
        def full_register():
            with Register() as register:
                register.add("A")
                register.add("B")
                yield register

        with full_register() as register:
            self.assertEqual(register.names, ["A", "B"])
        self.assertEqual(register.names, [])


class CounterTest(unittest.TestCase):
    counter = None

    @classmethod
    def setUpClass(cls):
        cls.counter = Counter()
        cls.addClassCleanup(cls.counter.reset)

    def setUp(self):
        self.before = self.counter.value
        self.counter.up()

    def test_one(self):
        self.assertEqual(self.counter.value, self.before + 1)

    def test_two(self):
        self.counter.up(5)
        self.assertEqual(self.counter.value, self.before + 6)


if __name__ == "__main__":
    unittest.main()
