class Empty(Exception):
    """There is nothing to deliver."""


class Robot:
    made = 0

    def __init__(self, name):
        Robot.made += 1
        self.name = name
        self.parcels = []

    def load(self, parcel):
        self.parcels.append(parcel)
        return len(self.parcels)

    def deliver(self):
        if not self.parcels:
            raise Empty(f"{self.name} has no parcel")
        return self.parcels.pop()

    def __repr__(self):
        return f"Robot({self.name!r})"
