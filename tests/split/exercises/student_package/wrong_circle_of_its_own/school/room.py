from .people import Teacher


class Room:
    def __init__(self, name):
        self.name = name
        self.people = []

    def hire(self, name):
        teacher = Teacher(name)
        teacher.enter(self)
        return teacher
