import inspect
import itertools
import types
import unittest

import solution
from solution import average, countdown, flatten, guarded, pairs, primes, report, total_of


class CountdownTest(unittest.TestCase):
    def test_values(self):
        self.assertEqual(list(countdown(3)), [3, 2, 1])
        self.assertEqual(list(countdown(0)), [])

    def test_it_is_a_generator(self):
        numbers = countdown(2)
        self.assertIsInstance(numbers, types.GeneratorType)
        self.assertIs(iter(numbers), numbers)
        self.assertEqual(next(numbers), 2)
        self.assertEqual(next(numbers), 1)
        with self.assertRaises(StopIteration):
            next(numbers)
        self.assertIsNone(next(numbers, None))

    def test_generator_functions_are_seen_as_such(self):
        self.assertTrue(inspect.isgenerator(countdown(1)))

    def test_two_at_once(self):
        first, second = countdown(5), countdown(5)
        next(first)
        self.assertEqual(next(second), 5)
        self.assertEqual(next(first), 4)


class PrimesTest(unittest.TestCase):
    def test_the_first_ten(self):
        first = list(itertools.islice(primes(), 10))
        self.assertEqual(first, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29])

    def test_they_never_end(self):
        self.assertEqual(next(itertools.islice(primes(), 99, None)), 541)

    def test_take_while(self):
        small = itertools.takewhile(lambda prime: prime < 12, primes())
        self.assertEqual(sum(small), 28)

    def test_zip_stops_at_the_shorter(self):
        self.assertEqual(dict(zip("abc", primes())), {"a": 2, "b": 3, "c": 5})

    def test_a_for_loop_with_break(self):
        seen = []
        for prime in primes():
            if prime > 10:
                break
            seen.append(prime)
        self.assertEqual(seen, [2, 3, 5, 7])


class SendTest(unittest.TestCase):
    def test_running_average(self):
        mean = average()
        self.assertIsNone(next(mean))
        self.assertEqual(mean.send(10), 10)
        self.assertEqual(mean.send(20), 15.0)
        self.assertEqual(mean.send(0), 10.0)

    def test_a_value_cannot_come_before_the_start(self):
        with self.assertRaises(TypeError):
            average().send(1)


class GuardedTest(unittest.TestCase):
    def setUp(self):
        self.log = []
        self.writer = guarded(self.log)
        self.writer.send(None)

    def test_it_is_open_after_the_first_step(self):
        self.assertEqual(self.log, ["open"])

    def test_nothing_happens_before_the_first_step(self):
        log = []
        guarded(log)
        self.assertEqual(log, [])

    def test_texts_are_kept(self):
        self.writer.send("one")
        self.writer.send("two")
        self.assertEqual(self.log, ["open", "one", "two"])

    def test_close(self):
        self.writer.close()
        self.assertEqual(self.log, ["open", "closed"])
        with self.assertRaises(StopIteration):
            self.writer.send("late")

    def test_a_value_error_is_ignored(self):
        self.writer.throw(ValueError("bad line"))
        self.writer.send("good line")
        self.assertEqual(self.log, ["open", "ignored: bad line", "good line"])

    def test_any_other_error_ends_it(self):
        with self.assertRaisesRegex(KeyError, "lost"):
            self.writer.throw(KeyError("lost"))
        self.assertEqual(self.log, ["open", "closed"])


class YieldFromTest(unittest.TestCase):
    def test_flatten(self):
        self.assertEqual(list(flatten([1, [2, [3, []], 4], [[[5]]]])), [1, 2, 3, 4, 5])

    def test_texts_stay_whole(self):
        self.assertEqual("".join(flatten(["ab", ["c"], []])), "abc")

    def test_the_return_value(self):
        numbers = total_of([1, 2, 3])
        while True:
            try:
                next(numbers)
            except StopIteration as stop:
                self.assertEqual(stop.value, 6)
                break

    def test_report_collects_the_totals(self):
        def watch():
            result = yield from report([1, 2], [], [10])
            results.append(result)

        results = []
        self.assertEqual(list(watch()), [1, 2, 10])
        self.assertEqual(results, [[3, 0, 10]])


class PairsTest(unittest.TestCase):
    def test_pairs(self):
        self.assertEqual(list(pairs("ab", [1, 2])), ["a", 1, "b", 2])

    def test_it_reads_no_more_than_is_asked_for(self):
        taken = []

        def numbers():
            for number in range(100):
                taken.append(number)
                yield number

        mixed = pairs(numbers(), itertools.count(50))
        self.assertEqual([next(mixed), next(mixed), next(mixed)], [0, 50, 1])
        self.assertEqual(taken, [0, 1])

    def test_with_a_generator_of_the_program(self):
        self.assertEqual(list(pairs(solution.countdown(2), solution.countdown(9))), [2, 9, 1, 8])
