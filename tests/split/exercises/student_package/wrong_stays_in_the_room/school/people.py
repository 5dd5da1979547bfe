class Person:
    def __init__(self, name):
        self.name = name
        self.room = None

    def enter(self, room):
        self.room = room
        room.people.append(self)


class Teacher(Person):
    pass


from .room import Room  # noqa: E402
