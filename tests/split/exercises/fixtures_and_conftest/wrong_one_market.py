class Garden:
    planted = 0

    def __init__(self, rows=2):
        self.rows = [[] for _ in range(rows)]
        self.open = True

    def plant(self, row, name):
        if not self.open:
            raise RuntimeError("the garden is closed")
        self.rows[row].append(name)
        Garden.planted += 1
        return self

    def all(self):
        return [name for row in self.rows for name in row]

    def close(self):
        self.open = False
        self.rows.clear()


class GardenLog:
    def __init__(self, garden):
        self.garden = garden
        self.lines = []

    def note(self, text):
        self.lines.append(f"{len(self.garden.all())}: {text}")


def price(name, market="north"):
    prices = {"north": {"rose": 3, "tulip": 1}, "south": {"rose": 2, "tulip": 2}}
    return prices["north"][name]
