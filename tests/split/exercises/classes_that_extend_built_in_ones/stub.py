class Percent(int):
    pass


class Positive(int):
    pass


class Celsius(float):
    pass


class Name(str):
    pass


class Path(str):
    pass


class SortedList(list):
    pass


class CountingList(list):
    pass


class DefaultList(list):
    pass


class LastThree(list):
    pass


class LowerDict(dict):
    pass


class StrictDict(dict):
    pass


class Frequencies(dict):
    pass


class Recent(dict):
    pass
