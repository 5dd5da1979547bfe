import asyncio


class Queue:
    def __init__(self, size=2):
        self.size = size
        self._items = []
        self.closed = False

    async def put(self, item):
        if self.closed:
            raise RuntimeError("the queue is closed")
        if len(self._items) == self.size:
            raise OverflowError(f"only {self.size} places")
        await asyncio.sleep(0)
        self._items.append(item)
        return len(self._items)

    async def get(self):
        await asyncio.sleep(0)
        return self._items.pop(0)

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, trace):
        self.closed = True
        return kind is OverflowError

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._items:
            raise StopAsyncIteration
        return self._items.pop(0)

    def __len__(self):
        return len(self._items)


async def announce(send, names):
    sent = 0
    for name in names:
        if send(f"Welcome, {name}"):
            sent += 1
    return sent


async def save(store, key, value):
    async with store.lock() as handle:
        await handle.write(key, value)
        return await store.size()
