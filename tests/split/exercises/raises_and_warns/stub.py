class ConfigError(ValueError):
    pass


class Missing(KeyError):
    pass


class OldStyleWarning(UserWarning):
    pass


def parse_age(text):
    pass


def load(config, key):
    pass


def area(width, height):
    pass


def old_area(width, height):
    pass


def size(text):
    pass


def retry(function, times):
    pass


def check_all(config):
    pass
