from . import people, room
