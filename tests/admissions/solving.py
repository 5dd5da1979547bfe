"""Finding out what published sums say about hidden numbers: exact elimination, and an exact simplex method.

Written out in fractions: the tables are tiny, a rounded solver would need a tolerance, and a tolerance would decide
whether somebody's number counts as found.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Equation = tuple[dict[int, int], int]
"""Factors by the number of an unknown, and their sum."""


def determined(equations: Sequence[Equation], unknowns: int) -> dict[int, Fraction]:
    """The unknowns that the equations alone fix, with their values."""
    rows = [
        [Fraction(factors.get(number, 0)) for number in range(unknowns)] + [Fraction(total)]
        for factors, total in equations
    ]
    pivots: list[int] = []
    for column in range(unknowns):
        at = len(pivots)
        found = next((number for number in range(at, len(rows)) if rows[number][column]), None)
        if found is None:
            continue
        rows[at], rows[found] = rows[found], rows[at]
        _eliminate(rows, at, column)
        pivots.append(column)
    return {
        column: rows[number][-1]
        for number, column in enumerate(pivots)
        if not any(rows[number][other] for other in range(unknowns) if other != column)
    }


def reach(equations: Sequence[Equation], unknowns: int, wanted: int) -> tuple[Fraction, Fraction]:
    """The least and the greatest value of an unknown, where all unknowns are at least 0."""
    return -_greatest(equations, unknowns, {wanted: -1}), _greatest(equations, unknowns, {wanted: 1})


def _greatest(equations: Sequence[Equation], unknowns: int, goal: dict[int, int]) -> Fraction:
    rows, basis = [], []
    for number, (factors, total) in enumerate(equations):
        sign = -1 if total < 0 else 1
        row = [Fraction(sign * factors.get(one, 0)) for one in range(unknowns)]
        row += [Fraction(one == number) for one in range(len(equations))] + [Fraction(sign * total)]
        rows.append(row)
        basis.append(unknowns + number)
    width = unknowns + len(equations)
    first = [Fraction(0)] * unknowns + [Fraction(-1)] * len(equations)
    assert _climb(rows, basis, first, width) == 0, "the published numbers contradict each other"
    for number, column in enumerate(basis):
        if column >= unknowns:  # what is left of phase one stands at 0: put a real unknown in its place
            real = next((one for one in range(unknowns) if rows[number][one]), None)
            if real is not None:
                _eliminate(rows, number, real)
                basis[number] = real
    second = [Fraction(goal.get(one, 0)) for one in range(unknowns)] + [Fraction(0)] * len(equations)
    return _climb(rows, basis, second, unknowns)


def _climb(rows: list[list[Fraction]], basis: list[int], goal: list[Fraction], width: int) -> Fraction:
    """Bland's rule: it never runs in circles."""
    while True:
        gains = (
            column
            for column in range(width)
            if column not in basis
            and goal[column] - sum(goal[base] * row[column] for base, row in zip(basis, rows, strict=True))
            > 0
        )
        enter = next(gains, None)
        if enter is None:
            return sum(
                (goal[base] * row[-1] for base, row in zip(basis, rows, strict=True)), start=Fraction(0)
            )
        steps = [
            (row[-1] / row[enter], basis[number], number) for number, row in enumerate(rows) if row[enter] > 0
        ]
        assert steps, "an unknown has no greatest value"
        _, _, leave = min(steps)
        _eliminate(rows, leave, enter)
        basis[leave] = enter


def _eliminate(rows: list[list[Fraction]], at: int, column: int) -> None:
    scale = rows[at][column]
    rows[at] = [value / scale for value in rows[at]]
    for number, row in enumerate(rows):
        if number != at and row[column]:
            factor = row[column]
            rows[number] = [value - factor * pivot for value, pivot in zip(row, rows[at], strict=True)]
