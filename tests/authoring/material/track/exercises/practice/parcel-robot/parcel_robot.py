class Empty(Exception):
    pass


class Robot:
    def __init__(self, name):
        pass
