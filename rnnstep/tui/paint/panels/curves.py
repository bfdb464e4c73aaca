"""Curves over the tape on a log axis: which row a power of ten stands in, and its label."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_STEPS = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20)
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

LIMIT = 18
"""Powers of ten beyond 1 that the axis shows; what is beyond stands at its end."""


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

    def label(self, row: int, plain: bool) -> str:
        """What a row stands for: near 1 a number, else a power of ten; empty between those."""
        if self.zero and row == self.rows - 1:
            return "0"
        power = (self.one - row) * self.step
        if abs(power) < 2:
            return f"{10**power:.1g}"
        if power != round(power):
            return ""
        return f"1e{power:g}" if plain else f"10{f'{power:g}'.translate(_SUPERSCRIPTS)}"


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
