import warnings


class ConfigError(ValueError):
    def __init__(self, field, problem):
        super().__init__(field, problem)
        self.field = field

    def __str__(self):
        return f"{self.args[0]}: {self.args[1]}"


class Missing(KeyError):
    def __init__(self, key, known):
        super().__init__(key)
        self.key = key
        self.known = known


class OldStyleWarning(UserWarning):
    pass


def parse_age(text):
    try:
        age = int(text)
    except ValueError as error:
        raise ConfigError("age", f"{text!r} is not a number") from error
    if not 0 <= age <= 150:
        raise ConfigError("age", f"{age} is out of range")
    return age


def load(config, key):
    if key not in config:
        raise Missing(key, sorted(config))
    return config[key]


def area(width, height):
    if width <= 0 or height <= 0:
        raise ValueError(f"sides must be > 0 (got {width}, {height})")
    return width * height


def old_area(width, height):
    warnings.warn("old_area is old, use area", DeprecationWarning, stacklevel=2)
    return area(width, height)


def size(text):
    if text == "XL":
        warnings.warn(OldStyleWarning("XL is an old size, use 5"), stacklevel=2)
        return 5
    if not text.isdigit():
        raise ConfigError("size", f"{text!r} is not a number")
    return int(text)


def retry(function, times):
    for attempt in range(times):
        try:
            return function()
        except Exception as error:
            if attempt == times - 1:
                raise RuntimeError("gave up") from error


def check_all(config):
    errors = []
    for field, check in (("age", parse_age), ("size", size)):
        try:
            check(config[field])
        except ConfigError as error:
            errors.append(error)
    return errors
