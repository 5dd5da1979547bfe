import unittest

from solution import (
    Matrix,
    ShapeError,
    add,
    determinant,
    identity,
    multiply,
    rotate_in_place,
    spiral,
    transposed,
)


class ListsTest(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add([[1, 2], [3, 4]], [[10, 20], [30, 40]]), [[11, 22], [33, 44]])

    def test_add_makes_a_new_matrix(self):
        first, second = [[1]], [[2]]
        result = add(first, second)
        result[0][0] = 99
        self.assertEqual((first, second), ([[1]], [[2]]))

    def test_multiply(self):
        self.assertEqual(multiply([[1, 2, 3], [4, 5, 6]], [[1], [0], [2]]), [[7], [16]])

    def test_wrong_shapes(self):
        with self.assertRaises(ShapeError) as caught:
            multiply([[1, 2]], [[1, 2]])
        self.assertEqual(caught.exception.shapes, ((1, 2), (1, 2)))
        with self.assertRaisesRegex(ShapeError, r"1 x 1.*2 x 1"):
            add([[1]], [[1], [2]])

    def test_transposed(self):
        self.assertEqual(transposed([[1, 2, 3], [4, 5, 6]]), [[1, 4], [2, 5], [3, 6]])
        self.assertTrue(all(type(row) is list for row in transposed([[1, 2]])))
        self.assertEqual(transposed([]), [])

    def test_rows_of_the_identity_are_independent(self):
        matrix = identity(3)
        self.assertEqual(matrix, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
        matrix[0][1] = 5
        self.assertEqual(matrix[1][1], 1)
        self.assertEqual(matrix[2][1], 0)

    def test_determinant(self):
        self.assertEqual(determinant([[3]]), 3)
        self.assertEqual(determinant([[1, 2], [3, 4]]), -2)
        self.assertEqual(determinant([[2, 0, 1], [1, 3, 2], [1, 1, 1]]), 0)

    def test_rotate_in_place(self):
        picture = [["a", "b"], ["c", "d"]]
        first_row = picture[0]
        rotate_in_place(picture)
        self.assertEqual(picture, [["c", "a"], ["d", "b"]])
        self.assertIs(picture[0], first_row)

    def test_spiral(self):
        self.assertEqual(spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), [1, 2, 3, 6, 9, 8, 7, 4, 5])
        self.assertEqual(spiral([[1, 2, 3, 4]]), [1, 2, 3, 4])


class MatrixTest(unittest.TestCase):
    def setUp(self):
        self.matrix = Matrix([[1, 2], [3, 4]])

    def test_index_by_two_numbers(self):
        self.assertEqual(self.matrix[0, 1], 2)
        self.matrix[0, 1] = 9
        self.assertEqual(self.matrix[0, 1], 9)
        self.assertEqual(self.matrix.rows, [[1, 9], [3, 4]])

    def test_the_rows_are_copied(self):
        rows = [[1, 2], [3, 4]]
        matrix = Matrix(rows)
        rows[0][0] = 100
        self.assertEqual(matrix[0, 0], 1)

    def test_columns_by_slice(self):
        self.assertEqual(self.matrix[:, 1], [2, 4])
        self.assertEqual(self.matrix[1, :], [3, 4])

    def test_sum_and_difference(self):
        self.assertEqual(self.matrix + self.matrix, Matrix([[2, 4], [6, 8]]))
        self.assertEqual(self.matrix - self.matrix, Matrix([[0, 0], [0, 0]]))

    def test_times(self):
        self.assertEqual(self.matrix * 2, Matrix([[2, 4], [6, 8]]))
        self.assertEqual(0.5 * self.matrix, Matrix([[0.5, 1.0], [1.5, 2.0]]))
        self.assertEqual(self.matrix @ self.matrix, Matrix([[7, 10], [15, 22]]))

    def test_power(self):
        self.assertEqual(self.matrix**3, self.matrix @ self.matrix @ self.matrix)
        self.assertEqual(self.matrix**0, Matrix(identity(2)))

    def test_in_place(self):
        same = self.matrix
        self.matrix += Matrix([[1, 1], [1, 1]])
        self.assertIs(self.matrix, same)
        self.assertEqual(same[1, 1], 5)

    def test_negative_and_size(self):
        self.assertEqual(-self.matrix, Matrix([[-1, -2], [-3, -4]]))
        self.assertEqual(self.matrix.shape, (2, 2))
        self.assertEqual(len(self.matrix), 2)

    def test_rows_in_a_loop(self):
        self.assertEqual([sum(row) for row in self.matrix], [3, 7])
        self.assertEqual([value for row in self.matrix for value in row], [1, 2, 3, 4])

    def test_equal(self):
        self.assertEqual(self.matrix, Matrix([[1, 2], [3, 4]]))
        self.assertNotEqual(self.matrix, Matrix([[1, 2]]))
        self.assertFalse(self.matrix == [[1, 2], [3, 4]])

    def test_unknown_operand(self):
        with self.assertRaises(TypeError):
            self.matrix + 1
        with self.assertRaises(ShapeError):
            self.matrix @ Matrix([[1, 2, 3]])

    def test_text(self):
        self.assertEqual(str(Matrix([[1, 20], [300, 4]])), "  1  20\n300   4")


if __name__ == "__main__":
    unittest.main()
