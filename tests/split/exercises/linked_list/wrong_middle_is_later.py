class EmptyList(IndexError):
    pass


class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class LinkedList:
    def __init__(self, values=()):
        self.head = None
        last = None
        for value in values:
            node = Node(value)
            if last is None:
                self.head = node
            else:
                last.next = node
            last = node

    def _nodes(self):
        node = self.head
        while node is not None:
            yield node
            node = node.next

    def __iter__(self):
        for node in self._nodes():
            yield node.value

    def __len__(self):
        return sum(1 for _ in self._nodes())

    def __eq__(self, other):
        return isinstance(other, LinkedList) and list(self) == list(other)

    def __repr__(self):
        return " -> ".join(str(value) for value in self) or "(empty)"

    def push(self, value):
        self.head = Node(value, self.head)

    def pop(self):
        if self.head is None:
            raise EmptyList("nothing is left")
        node, self.head = self.head, self.head.next
        return node.value

    def append(self, value):
        last = None
        for last in self._nodes():
            pass
        if last is None:
            self.head = Node(value)
        else:
            last.next = Node(value)

    def insert_after(self, node, value):
        node.next = Node(value, node.next)

    def find(self, value):
        return next((node for node in self._nodes() if node.value == value), None)

    def remove(self, value):
        before = None
        for node in self._nodes():
            if node.value == value:
                if before is None:
                    self.head = node.next
                else:
                    before.next = node.next
                return
            before = node
        raise ValueError(value)

    def reverse(self):
        node, before = self.head, None
        while node is not None:
            node.next, before, node = before, node, node.next
        self.head = before


def reversed_copy(linked):
    copy = LinkedList()
    for value in linked:
        copy.push(value)
    return copy


def middle(node):
    slow = fast = node
    while fast and fast.next:
        slow, fast = slow.next, fast.next.next
    return slow.value


def has_loop(node):
    seen = set()
    while node is not None:
        if node in seen:
            return True
        seen.add(node)
        node = node.next
    return False
