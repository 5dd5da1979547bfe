class ShapeError(ValueError):
    def __init__(self, first, second):
        self.shapes = (first, second)
        super().__init__("{} x {} does not fit {} x {}".format(*first, *second))


def shape(matrix):
    return len(matrix), len(matrix[0]) if matrix else 0


def add(first, second):
    if shape(first) != shape(second):
        raise ShapeError(shape(first), shape(second))
    return [[a + b for a, b in zip(*rows)] for rows in zip(first, second)]


def transposed(matrix):
    return [list(column) for column in zip(*matrix)]


def multiply(first, second):
    if shape(first)[1] != shape(second)[0]:
        raise ShapeError(shape(first), shape(second))
    columns = transposed(second)
    return [[sum(a * b for a, b in zip(row, column)) for column in columns] for row in first]


def identity(size):
    return [[int(row == column) for column in range(size)] for row in range(size)]


def determinant(matrix):
    if len(matrix) == 1:
        return matrix[0][0]
    total = 0
    for column, value in enumerate(matrix[0]):
        rest = [row[:column] + row[column + 1 :] for row in matrix[1:]]
        total += (-1) ** column * value * determinant(rest)
    return total


def rotate_in_place(picture):
    turned = transposed(picture[::-1])
    for row, new in zip(picture, turned):
        row[:] = new


def spiral(matrix):
    rows, values = [list(row) for row in matrix], []
    while rows:
        values += rows.pop(0)
        rows = transposed(rows)[::-1]
    return values


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    @property
    def shape(self):
        return shape(self.rows)

    def __getitem__(self, place):
        row, column = place
        if isinstance(row, slice):
            return [line[column] for line in self.rows[row]]
        return self.rows[row][column]

    def __setitem__(self, place, value):
        row, column = place
        self.rows[row][column] = value

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        return iter(self.rows)

    def __eq__(self, other):
        return isinstance(other, Matrix) and self.rows == other.rows

    def __add__(self, other):
        return Matrix(add(self.rows, other.rows)) if isinstance(other, Matrix) else NotImplemented

    def __iadd__(self, other):
        self.rows = add(self.rows, other.rows)
        return self

    def __sub__(self, other):
        return self + -other

    def __neg__(self):
        return self * -1

    def __mul__(self, factor):
        return Matrix([[value * factor for value in row] for row in self.rows])

    __rmul__ = __mul__

    def __matmul__(self, other):
        return Matrix(multiply(self.rows, other.rows))

    def __pow__(self, exponent):
        result = Matrix(identity(len(self)))
        for _ in range(exponent):
            result = result @ self
        return result

    def __str__(self):
        width = max(len(str(value)) for row in self.rows for value in row)
        return "\n".join(" ".join(f"{value:>{width}}" for value in row) for row in self.rows)
