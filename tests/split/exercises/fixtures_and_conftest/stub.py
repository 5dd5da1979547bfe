class Garden:
    def __init__(self, rows=2):
        pass

    def plant(self, row, name):
        pass

    def all(self):
        pass

    def close(self):
        pass


class GardenLog:
    def __init__(self, garden):
        pass

    def note(self, text):
        pass


def price(name, market="north"):
    pass
