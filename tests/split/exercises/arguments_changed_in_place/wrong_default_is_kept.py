def capitalise_all(words):
    for place, word in enumerate(words):
        words[place] = word.capitalize()


def swap_ends(items):
    if items:
        items[0], items[-1] = items[-1], items[0]


def keep_even(numbers):
    numbers -= {number for number in numbers if number % 2}


def raise_prices(prices, percent):
    for name in prices:
        prices[name] += prices[name] * percent / 100


def mask(data):
    for place, byte in enumerate(data):
        if chr(byte).isdigit():
            data[place] = ord("*")


def drain(line, count=None, taken=[]):
    while line and (count is None or len(taken) < count):
        taken.append(line.popleft())
    return taken


def count_visit(visits, name, day):
    visits[name].append(day)


def touch(seen, name):
    seen.move_to_end(name)


def fill(grid, number, value):
    row = grid[number]
    for place in range(len(row)):
        row[place] = value


def add_tag(person, tag):
    tags = person.setdefault("tags", [])
    if tag not in tags:
        tags.append(tag)


def remove_everywhere(data, value):
    if isinstance(data, list):
        data[:] = [item for item in data if item != value]
    if isinstance(data, dict):
        data = data.values()
    for item in data:
        if isinstance(item, (list, dict, tuple)):
            remove_everywhere(item, value)


def forget_old(ages, limit):
    for name in list(ages):
        if ages[name] > limit:
            del ages[name]


def add_bonus(employee, amount):
    employee.pay += amount
    employee.history.append(amount)


def mark_done(tasks, places):
    for place in places:
        tasks[place].done = True
