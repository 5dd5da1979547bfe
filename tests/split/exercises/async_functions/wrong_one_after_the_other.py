import asyncio


async def double(n):
    await asyncio.sleep(0)
    return n * 2


async def greet(name, delay=0.0):
    await asyncio.sleep(delay)
    if not name:
        raise ValueError("a name is needed")
    return f"Hello, {name}!"


async def fetch_all(load, names):
    return await asyncio.gather(*(load(name) for name in names))


async def in_background(load, names):
    tasks = [asyncio.create_task(load(name)) for name in names]
    return [await task for task in reversed(tasks)]


async def first_good(load, names):
    for name in names:
        try:
            return await load(name)
        except LookupError:
            continue
    return None


async def countdown(start):
    while start > 0:
        yield start
        await asyncio.sleep(0)
        start -= 1


async def evens(numbers):
    async for number in numbers:
        if number % 2 == 0:
            yield number


async def with_limit(work, seconds):
    try:
        return await asyncio.wait_for(work, seconds)
    except asyncio.TimeoutError:
        return "too late"


async def work(queue, results):
    while (item := await queue.get()) is not None:
        results.append(item * 2)


async def poll(check, pause=5):
    tries = 1
    while not await check():
        tries += 1
        await asyncio.sleep(pause)
    return tries


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = asyncio.Lock()

    async def add(self):
        async with self._lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


class Kitchen:
    def __init__(self):
        self.log = []

    async def wait_for_guests(self):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.log.append("nobody came")
            raise

    async def cook(self, dish, minutes):
        self.log.append(f"start {dish}")
        for _ in range(minutes):
            await asyncio.sleep(0)
        self.log.append(f"ready {dish}")
        return dish

    async def dinner(self, **dishes):
        return [await self.cook(dish, minutes) for dish, minutes in dishes.items()]
