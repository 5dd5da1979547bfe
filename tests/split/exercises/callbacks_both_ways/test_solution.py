import unittest
from unittest.mock import Mock

from solution import Emitter, attempt, factorial, hanoi, is_even, search, trampoline, walk


class WalkTest(unittest.TestCase):
    tree = {"plants": {"trees": {"oak": {}}, "grass": {}}, "animals": {"bee": {}}}

    def lines(self, limit):
        found = []

        def visit(name, depth, more):
            found.append("  " * depth + name)
            if depth < limit:
                more()

        walk(self.tree, visit)
        return found

    def test_the_first_level(self):
        self.assertEqual(self.lines(0), ["plants", "animals"])

    def test_two_levels(self):
        self.assertEqual(self.lines(1), ["plants", "  trees", "  grass", "animals", "  bee"])

    def test_all(self):
        self.assertEqual(self.lines(9)[2], "    oak")

    def test_go_on_later(self):
        waiting = []
        walk(self.tree, lambda name, depth, more: waiting.append((name, more)))
        self.assertEqual([name for name, _ in waiting], ["plants", "animals"])
        waiting[0][1]()
        self.assertEqual([name for name, _ in waiting[2:]], ["trees", "grass"])

    def test_stop_by_an_error(self):
        class Found(Exception):
            pass

        def visit(name, depth, more):
            if name == "grass":
                raise Found(depth)
            more()

        with self.assertRaises(Found) as raised:
            walk(self.tree, visit)
        self.assertEqual(raised.exception.args, (1,))


class RecursionTest(unittest.TestCase):
    def test_factorial(self):
        self.assertEqual(factorial(10), 3628800)

    def test_the_test_calls_the_program_and_so_on(self):
        depth = []

        def again(n):
            depth.append(n)
            return factorial(n, again)

        self.assertEqual(factorial(8, again), 40320)
        self.assertEqual(depth, [7, 6, 5, 4, 3, 2, 1])

    def test_even_and_odd(self):
        def is_odd(n):
            return False if n == 0 else is_even(n - 1, is_odd)

        self.assertTrue(is_even(10, is_odd))
        self.assertFalse(is_even(7, is_odd))

    def test_a_result_of_the_test_counts(self):
        self.assertEqual(factorial(5, lambda n: 100), 500)

    def test_hanoi(self):
        pegs = {"a": [3, 2, 1], "b": [], "c": []}

        def move(start, goal):
            disc = pegs[start].pop()
            self.assertTrue(not pegs[goal] or pegs[goal][-1] > disc)
            pegs[goal].append(disc)

        hanoi(3, "a", "c", "b", move)
        self.assertEqual(pegs, {"a": [], "b": [], "c": [3, 2, 1]})

    def test_hanoi_needs_few_moves(self):
        move = Mock()
        hanoi(5, "a", "c", "b", move)
        self.assertEqual(move.call_count, 31)

    def test_search(self):
        asked = []
        self.assertEqual(search(0, 1000, lambda n: asked.append(n) or n * n < 2000), 45)
        self.assertLessEqual(len(asked), 10)

    def test_trampoline(self):
        def count(n, total=0):
            return total if n == 0 else lambda: count(n - 1, total + n)

        self.assertEqual(trampoline(count, 60), 1830)

    def test_too_deep(self):
        def again(n):
            return factorial(n + 1, again)

        with self.assertRaises(RecursionError):
            factorial(2, again)


class EmitterTest(unittest.TestCase):
    def test_listeners_in_order(self):
        emitter, seen = Emitter(), []
        emitter.on("key", lambda source, key: seen.append(key))
        emitter.on("key", lambda source, key: seen.append(key.upper()))
        emitter.emit("key", "a")
        self.assertEqual(seen, ["a", "A"])

    def test_who_emits(self):
        emitter, listener = Emitter(), Mock()
        emitter.on("start", listener)
        emitter.emit("start")
        listener.assert_called_once_with(emitter)

    def test_a_listener_emits_again(self):
        emitter, seen = Emitter(), []

        def listener(source, n):
            seen.append(n)
            if n:
                source.emit("tick", n - 1)

        emitter.on("tick", listener)
        emitter.emit("tick", 4)
        self.assertEqual(seen, [4, 3, 2, 1, 0])

    def test_nobody_listens(self):
        self.assertIsNone(Emitter().emit("anything", 1, 2))


class AttemptTest(unittest.TestCase):
    def test_no_error(self):
        otherwise = Mock()
        self.assertEqual(attempt(lambda: 5, otherwise), 5)
        otherwise.assert_not_called()

    def test_the_error_itself_comes_back(self):
        problem = KeyError("k")
        self.assertIs(attempt(Mock(side_effect=problem), lambda error: error), problem)

    def test_an_error_of_the_program(self):
        error = attempt(lambda: factorial("x"), lambda error: error)
        self.assertIsInstance(error, TypeError)

    def test_an_error_after_the_error(self):
        def otherwise(error):
            raise RuntimeError("worse") from error

        with self.assertRaises(RuntimeError) as raised:
            attempt(lambda: 1 / 0, otherwise)
        self.assertIsInstance(raised.exception.__cause__, ZeroDivisionError)
