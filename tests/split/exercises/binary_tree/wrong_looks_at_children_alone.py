class Tree:
    def __init__(self, value, left=None, right=None):
        self.value = value
        self.left = left
        self.right = right
        self.parent = None

    def insert(self, value):
        if value == self.value:
            return False
        side = "left" if value < self.value else "right"
        child = getattr(self, side)
        if child is not None:
            return child.insert(value)
        new = Tree(value)
        new.parent = self
        setattr(self, side, new)
        return True

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right

    def __len__(self):
        return sum(1 for _ in self)

    def __contains__(self, value):
        return self.find(value) is not None

    def __eq__(self, other):
        return isinstance(other, Tree) and self.nested() == other.nested()

    def before(self):
        yield self.value
        for child in (self.left, self.right):
            if child is not None:
                yield from child.before()

    def after(self):
        for child in (self.left, self.right):
            if child is not None:
                yield from child.after()
        yield self.value

    def levels(self):
        rows, row = [], [self]
        while row:
            rows.append([node.value for node in row])
            row = [child for node in row for child in (node.left, node.right) if child is not None]
        return rows

    def find(self, value):
        node = self
        while node is not None and node.value != value:
            node = node.left if value < node.value else node.right
        return node

    def path_to(self, value):
        node, path = self.find(value), []
        if node is None:
            raise KeyError(value)
        while node is not None:
            path.insert(0, node.value)
            node = node.parent
        return path

    def smallest(self):
        return self.value if self.left is None else self.left.smallest()

    def largest(self):
        return self.value if self.right is None else self.right.largest()

    def walk(self, action):
        if self.left is not None:
            self.left.walk(action)
        action(self)
        if self.right is not None:
            self.right.walk(action)

    def mirror(self):
        self.left, self.right = self.right, self.left
        for child in (self.left, self.right):
            if child is not None:
                child.mirror()

    def nested(self):
        parts = [child and child.nested() for child in (self.left, self.right)]
        return [self.value, *parts]


class Leaf:
    _one = None

    def __new__(cls):
        if cls._one is None:
            cls._one = super().__new__(cls)
        return cls._one

    def __bool__(self):
        return False

    def __iter__(self):
        return iter(())


def build(values):
    tree = Tree(values[0])
    for value in values[1:]:
        tree.insert(value)
    return tree


def from_nested(parts):
    if parts is None:
        return None
    return Tree(parts[0], from_nested(parts[1]), from_nested(parts[2]))


def depth(tree):
    return 0 if tree is None else 1 + max(depth(tree.left), depth(tree.right))


def total(tree):
    if tree is None:
        return 0
    value, left, right = tree if isinstance(tree, tuple) else (tree.value, tree.left, tree.right)
    return value + total(left) + total(right)


def is_search_tree(tree, low=float("-inf"), high=float("inf")):
    if tree is None:
        return True
    return (
        low < tree.value < high
        and is_search_tree(tree.left, float("-inf"), tree.value)
        and is_search_tree(tree.right, tree.value, float("inf"))
    )
