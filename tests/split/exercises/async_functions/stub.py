async def double(n):
    pass


async def greet(name, delay=0.0):
    pass


async def fetch_all(load, names):
    pass


async def in_background(load, names):
    pass


async def first_good(load, names):
    pass


async def countdown(start):
    yield None


async def evens(numbers):
    yield None


async def with_limit(work, seconds):
    pass


async def work(queue, results):
    pass


async def poll(check, pause=5):
    pass


class Counter:
    value = 0


class Kitchen:
    pass
