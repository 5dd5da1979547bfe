VERSION = "1.2.0"


def main():
    pass


def settings():
    pass


def config_path():
    pass


def finish(errors):
    pass
