def shout(function):
    pass


def count_calls(function):
    pass


def repeat(times):
    pass


def retry(attempts=3, on=ValueError):
    pass


@count_calls
@shout
def greet(name, *, mark="!"):
    pass
