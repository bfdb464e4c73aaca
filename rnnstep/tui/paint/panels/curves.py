"""Curves over the tape on a log axis: which row a power of ten stands in, and its label."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ....export.text import short_exponent

_STEPS = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20)

LIMIT = 18
"""Powers of ten beyond 1 that the axis shows; what is beyond stands at its end."""


_PLAIN = 4  # Powers of ten from which on a label has an exponent.


def power_of_ten(power: float) -> str:
    """A power of ten, whole or not, to one digit: 20, 0.003, 1e-5."""
    text = f"{10**power:.0e}"
    return f"{float(text):g}" if abs(power) < _PLAIN else short_exponent(text)


@dataclass(frozen=True)
class LogAxis:
    """Rows of a chart.

    Attributes
    ----------
    rows : int
    one : int
        The row of 1, counted from the top.
    step : float
        Powers of ten a row.
    zero : bool
        Whether the last row is that of exactly zero.
    """

    rows: int
    one: int
    step: float
    zero: bool = False

    def row(self, log10: float) -> int:
        """The row of a value; what is beyond the axis stands at its end."""
        if math.isinf(log10):
            return self.rows - 1 if log10 < 0 else 0
        return max(0, min(self.one - round(log10 / self.step), self.rows - 1 - self.zero))

    def label(self, row: int) -> str:
        """What a row stands for, written as every number on the screen is."""
        if self.zero and row == self.rows - 1:
            return "0"
        return power_of_ten((self.one - row) * self.step)


def make_axis(values: np.ndarray, rows: int) -> LogAxis:
    """Choose an axis for log10 values, with 1 on it, and 0 where a value is exactly that."""
    zero = bool((values == -np.inf).any()) and rows > 3
    finite = values[np.isfinite(values)]
    low = max(min(float(finite.min(initial=0.0)), 0.0), -LIMIT)
    high = min(max(float(finite.max(initial=0.0)), 0.0), LIMIT)
    for step in _STEPS:
        above, below = round(high / step), round(-low / step)
        if above + below <= rows - 1 - zero:
            break
    return LogAxis(rows, min(above, rows - 1 - zero), step, zero)
