class Queue:
    def __init__(self, size=2):
        pass

    async def put(self, item):
        pass

    async def get(self):
        pass

    async def __aenter__(self):
        pass

    async def __aexit__(self, kind, error, trace):
        pass

    def __aiter__(self):
        pass

    async def __anext__(self):
        pass

    def __len__(self):
        pass


async def announce(send, names):
    pass


async def save(store, key, value):
    pass
