"""A derivative of one signal by one earlier value, at many steps, kept in the form it has.

Most derivatives of a cell are no general matrices: ``f * c[t-1]`` has a diagonal one, and
``sigmoid(U @ h[t-1])`` one whose rows are those of U, scaled. As long as they stay so, a step costs
a vector and not a matrix, and what is exactly zero or exactly diagonal remains exactly that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Linear:
    """``diag(d_t) + Σ diag(r_t) M + D_t`` for the steps of a stretch.

    Attributes
    ----------
    rows, columns : int
    diagonal : (steps, n) ndarray or None
        d; only if rows = columns. Here and below an array of one step stands for all steps.
    scaled : mapping of int to (ndarray, ndarray)
        By the node of the product, r (steps, rows) and the matrix M (rows, columns).
    dense : (steps, rows, columns) ndarray or None
    """

    rows: int
    columns: int
    diagonal: Array | None = None
    scaled: Mapping[int, tuple[Array, Array]] = field(default_factory=dict)
    dense: Array | None = None

    def times(self, factor: Array) -> Linear:
        """``diag(factor)`` times this; a factor of one unit goes with every row."""
        if factor.shape[1] > self.rows:
            return self.widened(factor.shape[1]).times(factor)
        return Linear(
            self.rows,
            self.columns,
            None if self.diagonal is None else self.diagonal * factor,
            {key: (rows * factor, matrix) for key, (rows, matrix) in self.scaled.items()},
            None if self.dense is None else self.dense * factor[:, :, None],
        )

    def plus(self, other: Linear) -> Linear:
        """The sum of two, of which one may have a single row for every unit."""
        rows = max(self.rows, other.rows)
        a, b = self.widened(rows), other.widened(rows)
        scaled = dict(a.scaled)
        for key, (factor, matrix) in b.scaled.items():
            scaled[key] = (scaled[key][0] + factor if key in scaled else factor, matrix)
        return Linear(
            rows, self.columns, _sum(a.diagonal, b.diagonal), scaled, _sum(a.dense, b.dense)
        )

    def widened(self, rows: int) -> Linear:
        """A single row repeated for every unit."""
        if rows == self.rows:
            return self
        dense = self.full()
        return Linear(
            rows, self.columns, dense=np.broadcast_to(dense, (len(dense), rows, self.columns))
        )

    def spread(self, rows: int, each: int, times: int) -> Linear:
        """Every one of ``rows`` rows repeated ``each`` times, and all of that ``times`` times."""
        dense = np.repeat(self.widened(rows).full(), each, axis=1)
        return Linear(
            rows * each * times, self.columns, dense=np.tile(dense, (1, times, 1))
        )

    def full(self) -> Array:
        """All of it, (steps, rows, columns)."""
        parts = [factor[:, :, None] * matrix for factor, matrix in self.scaled.values()]
        if self.dense is not None:
            parts.append(self.dense)
        if self.diagonal is not None:
            # Written in place: times the identity, an infinite entry would make NaN of its row.
            whole = np.zeros((len(self.diagonal), self.rows, self.rows))
            whole[:, np.arange(self.rows), np.arange(self.rows)] = self.diagonal
            parts.append(whole)
        total: Array | None = None
        for part in parts:
            total = _sum(total, part)
        return np.zeros((1, self.rows, self.columns)) if total is None else total

    def at_steps(self, part: slice) -> Linear:
        """This at some of the stretch's steps."""

        def cut(array: Array) -> Array:
            return array[part] if len(array) > 1 else array

        return Linear(
            self.rows,
            self.columns,
            None if self.diagonal is None else cut(self.diagonal),
            {key: (cut(rows), matrix) for key, (rows, matrix) in self.scaled.items()},
            None if self.dense is None else cut(self.dense),
        )

    def pulled(self, left: Array) -> Array:
        """Row vectors (steps, rows) times this, (steps, columns)."""
        total: Array | None = None
        if self.diagonal is not None:
            total = left * self.diagonal
        for factor, matrix in self.scaled.values():
            total = _sum(total, (left * factor) @ matrix)
        if self.dense is not None:
            total = _sum(total, np.matmul(left[:, None, :], self.dense)[:, 0])
        return np.zeros((len(left), self.columns)) if total is None else total

    def through(self, matrix: Array, key: int) -> Linear:
        """A matrix times this; ``key`` is the node of the product."""
        parts: Array | None = None
        if self.diagonal is not None:
            parts = matrix * self.diagonal[:, None, :]
        for factor, inner in self.scaled.values():
            parts = _sum(parts, np.matmul(matrix * factor[:, None, :], inner))
        if self.dense is not None:
            parts = _sum(parts, np.matmul(matrix, self.dense))
        if parts is None:
            return Linear(len(matrix), self.columns)
        if len(parts) == 1:
            ones = np.ones((1, len(matrix)))
            return Linear(len(matrix), self.columns, scaled={key: (ones, parts[0])})
        return Linear(len(matrix), self.columns, dense=parts)

    def summed(self) -> Linear:
        """The sum over the rows, as one row."""
        total: Array | None = None
        if self.diagonal is not None:
            total = self.diagonal
        for factor, matrix in self.scaled.values():
            total = _sum(total, factor @ matrix)
        if self.dense is not None:
            total = _sum(total, self.dense.sum(axis=1))
        return Linear(1, self.columns, dense=None if total is None else total[:, None, :])


def identity(size: int) -> Linear:
    """The derivative of a value by itself."""
    return Linear(size, size, np.ones((1, size)))


def stacked(parts: list[tuple[int, Linear | None]], columns: int) -> Linear:
    """Parts of given numbers of rows behind each other; None is zero."""
    blocks = []
    for rows, part in parts:
        blocks.append(np.zeros((1, rows, columns)) if part is None else part.widened(rows).full())
    steps = max(len(block) for block in blocks)
    whole = [np.broadcast_to(block, (steps, *block.shape[1:])) for block in blocks]
    return Linear(sum(rows for rows, _ in parts), columns, dense=np.concatenate(whole, axis=1))


def _sum(a: Array | None, b: Array | None) -> Array | None:
    if a is None or b is None:
        return b if a is None else a
    return a + b
