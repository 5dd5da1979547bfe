import unittest
from unittest.mock import AsyncMock, MagicMock, call

from solution import Queue, announce, save


class QueueTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.queue = Queue()
        await self.queue.put("first")

    def setUp(self):
        self.order = ["setUp"]

    async def asyncTearDown(self):
        self.order.append("asyncTearDown")

    async def test_put_tells_the_number(self):
        self.assertEqual(await self.queue.put("second"), 2)
        self.assertEqual(self.order, ["setUp"])

    async def test_get_takes_the_first(self):
        await self.queue.put("second")
        self.assertEqual(await self.queue.get(), "first")
        self.assertEqual(len(self.queue), 1)

    async def test_a_full_queue(self):
        await self.queue.put("second")
        with self.assertRaises(OverflowError) as raised:
            await self.queue.put("third")
        self.assertEqual(str(raised.exception), "only 2 places")

    async def test_an_empty_queue(self):
        await self.queue.get()
        with self.assertRaises(IndexError):
            await self.queue.get()

    async def test_async_with(self):
        async with self.queue as inside:
            self.assertIs(inside, self.queue)
            self.assertFalse(self.queue.closed)
        self.assertTrue(self.queue.closed)

    async def test_closed_after_an_error(self):
        with self.assertRaises(KeyError):
            async with self.queue:
                raise KeyError("lost")
        self.assertTrue(self.queue.closed)
        with self.assertRaisesRegex(RuntimeError, "closed"):
            await self.queue.put("late")

    async def test_overflow_ends_the_block_in_silence(self):
        async with self.queue as queue:
            for number in range(10):
                await queue.put(number)
        self.assertEqual(len(self.queue), 2)

    async def test_async_for(self):
        await self.queue.put("second")
        self.assertEqual([item async for item in self.queue], ["first", "second"])
        self.assertEqual(len(self.queue), 0)

    async def test_enter_async_context(self):
        queue = await self.enterAsyncContext(Queue(1))
        await queue.put(1)
        self.assertFalse(queue.closed)

    def test_a_plain_test_beside_them(self):
        self.assertEqual(Queue(7).size, 7)


class MocksTest(unittest.IsolatedAsyncioTestCase):
    async def test_announce(self):
        send = AsyncMock(return_value=True)
        self.assertEqual(await announce(send, ["Ada", "Yusuf"]), 2)
        self.assertEqual(send.await_count, 2)
        self.assertEqual(send.await_args_list, [call("Welcome, Ada"), call("Welcome, Yusuf")])

    async def test_announce_counts_what_arrived(self):
        send = AsyncMock(side_effect=[True, False, True])
        self.assertEqual(await announce(send, "abc"), 2)
        send.assert_awaited_with("Welcome, c")

    async def test_announce_stops_at_an_error(self):
        send = AsyncMock(side_effect=ConnectionError("offline"))
        with self.assertRaisesRegex(ConnectionError, "offline"):
            await announce(send, ["Ada", "Yusuf"])
        send.assert_awaited_once()

    async def test_save(self):
        store = MagicMock()
        store.size = AsyncMock(return_value=3)
        handle = store.lock.return_value.__aenter__.return_value
        handle.write = AsyncMock()
        self.assertEqual(await save(store, "a", 1), 3)
        handle.write.assert_awaited_once_with("a", 1)
        store.lock.return_value.__aexit__.assert_awaited_once_with(None, None, None)

    async def test_save_with_a_double(self):
        class Store:
            def __init__(self):
                self.steps = []

            def lock(self):
                return self

            async def __aenter__(self):
                self.steps.append("locked")
                return self

            async def __aexit__(self, *problem):
                self.steps.append("unlocked")

            async def write(self, key, value):
                self.steps.append((key, value))

            async def size(self):
                return len(self.steps)

        store = Store()
        self.assertEqual(await save(store, "k", [1, 2]), 2)
        self.assertEqual(store.steps, ["locked", ("k", [1, 2]), "unlocked"])


if __name__ == "__main__":
    unittest.main()
