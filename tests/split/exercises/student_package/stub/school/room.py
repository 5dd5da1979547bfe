class Room:
    pass
