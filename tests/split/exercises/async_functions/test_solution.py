import asyncio
import inspect
import unittest
from unittest.mock import AsyncMock, patch

import solution
from solution import (
    Counter,
    Kitchen,
    countdown,
    double,
    evens,
    fetch_all,
    first_good,
    greet,
    in_background,
    poll,
    with_limit,
    work,
)


async def collect(numbers):
    return [number async for number in numbers]


class CoroutinesTest(unittest.TestCase):
    def test_double(self):
        self.assertEqual(asyncio.run(double(21)), 42)

    def test_it_is_a_coroutine_function(self):
        self.assertTrue(inspect.iscoroutinefunction(double))
        self.assertTrue(asyncio.iscoroutinefunction(solution.greet))

    def test_a_call_gives_a_coroutine(self):
        waiting = double(1)
        self.assertTrue(inspect.isawaitable(waiting))
        self.assertTrue(inspect.iscoroutine(waiting))
        self.assertEqual(asyncio.run(waiting), 2)

    def test_greet(self):
        self.assertEqual(asyncio.run(greet("Amal")), "Hello, Amal!")
        self.assertEqual(asyncio.run(greet("Olena", delay=0.01)), "Hello, Olena!")

    def test_an_error_comes_out_of_run(self):
        with self.assertRaisesRegex(ValueError, "a name is needed"):
            asyncio.run(greet(""))

    def test_a_coroutine_of_the_test_awaits_the_program(self):
        async def main():
            first = await double(1)
            return await double(first) + await double(10)

        self.assertEqual(asyncio.run(main()), 24)

    def test_gather(self):
        async def main():
            return await asyncio.gather(double(1), double(2), greet("Ada"))

        self.assertEqual(asyncio.run(main()), [2, 4, "Hello, Ada!"])

    def test_gather_with_errors(self):
        async def main():
            return await asyncio.gather(greet("Ada"), greet(""), return_exceptions=True)

        good, bad = asyncio.run(main())
        self.assertEqual(good, "Hello, Ada!")
        self.assertIsInstance(bad, ValueError)

    def test_tasks(self):
        async def main():
            task = asyncio.create_task(double(4))
            await asyncio.sleep(0)
            return await task

        self.assertEqual(asyncio.run(main()), 8)

    def test_gather_with_pauses(self):
        async def late(name, delay):
            order.append(await greet(name, delay))

        async def main():
            await asyncio.gather(late("Ada", 0.8), late("Amal", 0.0), late("Olena", 0.2))

        order = []
        asyncio.run(main())
        self.assertEqual(order, ["Hello, Amal!", "Hello, Olena!", "Hello, Ada!"])

    def test_a_group_of_tasks(self):
        async def main():
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(greet(name, 0.01)) for name in ("Ada", "Olena")]
            return [task.result() for task in tasks]

        self.assertEqual(asyncio.run(main()), ["Hello, Ada!", "Hello, Olena!"])

    def test_the_test_does_not_wait_for_ever(self):
        async def main():
            await asyncio.wait_for(greet("Ada", delay=30), 0.05)

        with self.assertRaises(TimeoutError):
            asyncio.run(main())


class CallbacksTest(unittest.TestCase):
    def test_fetch_all(self):
        async def load(name):
            await asyncio.sleep(0)
            return name.upper()

        self.assertEqual(asyncio.run(fetch_all(load, ["a", "b"])), ["A", "B"])

    def test_fetch_all_of_nothing(self):
        self.assertEqual(asyncio.run(fetch_all(greet, [])), [])

    def test_fetch_all_with_the_program_itself(self):
        self.assertEqual(asyncio.run(fetch_all(double, [1, 2, 3])), [2, 4, 6])

    def test_in_background(self):
        log = []

        async def load(name):
            log.append(f"start {name}")
            await asyncio.sleep(0)
            log.append(f"end {name}")
            return name

        self.assertEqual(asyncio.run(in_background(load, "ab")), ["b", "a"])
        self.assertEqual(log, ["start a", "start b", "end a", "end b"])

    def test_first_good(self):
        asked = []

        async def load(name):
            asked.append(name)
            if len(name) < 3:
                raise KeyError(name)
            return name

        self.assertEqual(asyncio.run(first_good(load, ["a", "bb", "ccc", "dddd"])), "ccc")
        self.assertEqual(asked, ["a", "bb", "ccc"])

    def test_first_good_finds_nothing(self):
        self.assertIsNone(asyncio.run(first_good(greet, [])))

    def test_first_good_stops_at_other_errors(self):
        with self.assertRaises(ValueError):
            asyncio.run(first_good(greet, ["", "Ada"]))


class AsyncGeneratorsTest(unittest.TestCase):
    def test_countdown(self):
        self.assertEqual(asyncio.run(collect(countdown(3))), [3, 2, 1])

    def test_step_by_step(self):
        async def main():
            numbers = countdown(2)
            first = await numbers.__anext__()
            second = await anext(numbers)
            with self.assertRaises(StopAsyncIteration):
                await anext(numbers)
            return first, second

        self.assertEqual(asyncio.run(main()), (2, 1))

    def test_evens_of_the_test(self):
        async def numbers():
            for number in range(6):
                yield number

        self.assertEqual(asyncio.run(collect(evens(numbers()))), [0, 2, 4])

    def test_evens_of_the_program(self):
        self.assertEqual(asyncio.run(collect(evens(countdown(5)))), [4, 2])

    def test_break(self):
        async def main():
            async for number in countdown(100):
                if number < 98:
                    return number

        self.assertEqual(asyncio.run(main()), 97)


class LimitTest(unittest.TestCase):
    def test_in_time(self):
        async def main():
            return await with_limit(double(3), 5)

        self.assertEqual(asyncio.run(main()), 6)

    def test_too_late(self):
        async def main():
            return await with_limit(greet("Ada", delay=20), 0.01)

        self.assertEqual(asyncio.run(main()), "too late")


class TogetherTest(unittest.TestCase):
    def test_a_queue_of_the_test(self):
        async def main():
            queue, results = asyncio.Queue(), []
            worker = asyncio.create_task(work(queue, results))
            for item in (1, 2, None):
                await queue.put(item)
            await worker
            return results

        self.assertEqual(asyncio.run(main()), [2, 4])

    def test_two_workers(self):
        async def main():
            queue, results = asyncio.Queue(), []
            for item in (1, 2, 3, None, None):
                queue.put_nowait(item)
            await asyncio.gather(work(queue, results), work(queue, results))
            return sorted(results)

        self.assertEqual(asyncio.run(main()), [2, 4, 6])

    def test_a_lock_of_the_program(self):
        async def main():
            counter = Counter()
            await asyncio.gather(*(counter.add() for _ in range(5)))
            return counter.value

        self.assertEqual(asyncio.run(main()), 5)

    def test_nobody_waits_long(self):
        check = AsyncMock(side_effect=[False, False, True])
        with patch("asyncio.sleep", new=AsyncMock()) as sleep:
            self.assertEqual(asyncio.run(poll(check)), 3)
        self.assertEqual(sleep.await_count, 2)
        sleep.assert_awaited_with(5)

    def test_nobody_waits_long_in_the_program(self):
        with patch("solution.asyncio.sleep", new_callable=AsyncMock) as sleep:
            self.assertEqual(asyncio.run(poll(AsyncMock(side_effect=[False, True]), pause=60)), 2)
        sleep.assert_awaited_once_with(60)


class KitchenTest(unittest.TestCase):
    def test_cook(self):
        kitchen = Kitchen()
        self.assertEqual(asyncio.run(kitchen.cook("soup", 2)), "soup")
        self.assertEqual(kitchen.log, ["start soup", "ready soup"])

    def test_dinner_is_cooked_at_the_same_time(self):
        kitchen = Kitchen()
        self.assertEqual(asyncio.run(kitchen.dinner(soup=5, salad=1)), ["soup", "salad"])
        self.assertEqual(kitchen.log, ["start soup", "start salad", "ready salad", "ready soup"])

    def test_two_cooks_of_the_test(self):
        kitchen = Kitchen()

        async def main():
            return await asyncio.gather(kitchen.cook("soup", 5), kitchen.cook("salad", 1))

        self.assertEqual(asyncio.run(main()), ["soup", "salad"])
        self.assertEqual(kitchen.log, ["start soup", "start salad", "ready salad", "ready soup"])

    def test_nobody_comes(self):
        kitchen = Kitchen()

        async def main():
            waiting = asyncio.create_task(kitchen.wait_for_guests())
            await kitchen.cook("tea", 2)
            waiting.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await waiting

        asyncio.run(main())
        self.assertEqual(kitchen.log, ["start tea", "ready tea", "nobody came"])

    def test_what_still_waits_ends_with_the_loop(self):
        kitchen = Kitchen()

        async def main():
            asyncio.create_task(kitchen.wait_for_guests())
            await kitchen.cook("tea", 2)

        asyncio.run(main())
        self.assertEqual(kitchen.log[-1], "nobody came")
