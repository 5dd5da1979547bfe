import heapq
from collections import deque


class NoWay(Exception):
    def __init__(self, start, goal):
        super().__init__(f"no way from {start} to {goal}")
        self.start = start
        self.goal = goal


def reachable(roads, start):
    seen, waiting = set(), [start]
    while waiting:
        town = waiting.pop()
        if town not in seen:
            seen.add(town)
            waiting.extend(roads[town])
    return seen


def shortest(roads, start, goal):
    came_from, waiting = {start: None}, deque([start])
    while waiting:
        town = waiting.popleft()
        if town == goal:
            path = []
            while town is not None:
                path.append(town)
                town = came_from[town]
            return path[::-1]
        for other in roads[town]:
            if other not in came_from:
                came_from[other] = town
                waiting.append(other)
    raise NoWay(start, goal)


def distances(roads, start):
    found, row, steps = {}, {start}, 0
    while row:
        found |= dict.fromkeys(sorted(row), steps)
        row = {other for town in row for other in roads[town]} - found.keys()
        steps += 1
    return found


def cheapest(costs, start, goal):
    waiting, done = [(0, [start])], set()
    while waiting:
        cost, path = heapq.heappop(waiting)
        place = path[-1]
        if place == goal:
            return cost, path
        if place not in done:
            done.add(place)
            for other, more in costs[place].items():
                heapq.heappush(waiting, (cost + more, [*path, other]))
    return None


def groups(roads):
    found, seen = [], set()
    for town in roads:
        if town not in seen:
            group = reachable(roads, town)
            seen |= group
            found.append(group)
    return found


def order(needs):
    done, active = [], set()

    def visit(task):
        if task in active:
            raise ValueError(f"{task} is part of a circle")
        if task not in done:
            active.add(task)
            for part in needs[task]:
                visit(part)
            active.remove(task)
            done.append(task)

    for task in needs:
        visit(task)
    return done


def islands(rows):
    land = {(y, x) for y, row in enumerate(rows) for x, sign in enumerate(row) if sign == "#"}
    count = 0
    while land:
        count += 1
        waiting = [land.pop()]
        while waiting:
            y, x = waiting.pop()
            beside = {(y + a, x + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} & land
            land -= beside
            waiting.extend(beside)
    return count


def word_ladder(start, goal, words):
    words = words | {start}
    roads = {
        word: sorted(other for other in words if sum(a != b for a, b in zip(word, other)) == 1)
        for word in words
    }
    try:
        return shortest(roads, start, goal)
    except NoWay:
        return None


class Graph:
    def __init__(self):
        self._edges = {}

    def connect(self, first, second):
        self._edges.setdefault(first, set()).add(second)
        self._edges.setdefault(second, set()).add(first)

    def __getitem__(self, node):
        return set(self._edges.get(node, ()))

    def __len__(self):
        return len(self._edges)

    def connected(self, first, second):
        return second in reachable(self._edges, first)

    def visit(self, start, action):
        seen, waiting = {start}, deque([start])
        while waiting:
            node = waiting.popleft()
            action(node)
            for other in sorted(self._edges[node] - seen):
                seen.add(other)
                waiting.append(other)

    def edges(self):
        for node, others in self._edges.items():
            for other in others:
                if node < other:
                    yield node, other
