"""The adding problem: remember two marked numbers of a long sequence, and answer their sum.

Source: Hochreiter and Schmidhuber 1997, experiment 4 (``form: paper``). Each step shows a value in
[-1, 1] and a marker. Of the first ten steps one is marked with 1, and of the first T/2 - 1 steps
that are still unmarked another one; the markers of the first and the last step are -1, all others
0. If the first step is drawn to be marked its marker stays -1 and it does not count. The length is
drawn from T to T + T/10. At the last step the answer is 0.5 + (x1 + x2) / 4.

``form: plain`` is the form of later papers (as in Bai, Kolter, Koltun 2018): values in [0, 1], just
T steps, two of them, anywhere, marked with 1 and the others with 0; the answer is x1 + x2.

Right in the paper: an error below 0.04. The later papers only compare losses; here the same 0.04
counts for both forms.

Without memory, ``paper``: the last step says nothing, so the mean, 0.5, is the best answer. A value
has variance 1/3, so a marked one adds 1/48, and 2 - p of them count, where
p = 1/10 + 9/10 · 1/(T/2 - 1) is the chance that a mark fell on the first step. ``plain``: a sum of
two values has variance 1/6 (the .167 of the literature); in 2/T of all sequences the last step is
one of the two, and then 1/12 is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...cells.options import choose
from ...learn.batch import Batch
from .base import Baseline, Generator, check_range, draw_lengths

TOLERANCE = 0.04
_FIRST_MARK_IN = 10


@dataclass(frozen=True)
class Adding(Generator):
    """Values with markers: what is the sum of the two marked ones?

    Attributes
    ----------
    length : int
        T, at least 20 (``paper``) or 2 (``plain``).
    form : {"paper", "plain"}
        That of 1997, or that of later papers.
    """

    length: int = 100
    form: Literal["paper", "plain"] = "paper"

    def __post_init__(self) -> None:
        choose("adding", "form", self.form, ("paper", "plain"))
        least = 2 * _FIRST_MARK_IN if self.form == "paper" else 2
        check_range("adding", "length", self.length, least, 100_000)

    @property
    def longest(self) -> int:
        return self.length + self.length // 10 if self.form == "paper" else self.length

    @property
    def names(self) -> tuple[str, ...]:
        return ("value", "marker")

    @property
    def baseline(self) -> Baseline:
        if self.form == "paper":
            first = 0.1 + 0.9 / (self.length // 2 - 1)
            two, one = 1 - (1 - 2 * TOLERANCE) ** 2, 4 * TOLERANCE
            return Baseline(
                (2 - first) / 48, (1 - first) * two + first * one,
                "The last step says nothing of the sum; the best answer is its mean, 0.5.",
            )  # fmt: skip
        last = 2 / self.length
        return Baseline(
            (1 - last) / 6 + last / 12,
            (1 - last) * (1 - (1 - TOLERANCE) ** 2) + last * 2 * TOLERANCE,
            "The best answer is the mean: 1, or 0.5 more than the last value if that is marked.",
        )

    def marks(self, x: np.ndarray) -> dict[str, int]:
        marked = np.flatnonzero(x[:, 1] == 1) + 1
        return dict(zip(("first", "second"), marked.tolist(), strict=False))

    def symbols(self, x: np.ndarray) -> tuple[str, ...]:
        return tuple(f"{value:.3g}{'*' if marker == 1 else ''}" for value, marker in x)

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences; only their last steps ask."""
        rows = np.arange(count)
        lengths = draw_lengths(rng, self.length, self.longest, count)
        steps = int(lengths.max())
        x = np.zeros((steps, count, 2))
        if self.form == "plain":
            x[:, :, 0] = rng.uniform(0, 1, (steps, count))
            first, second = _two_of(rng, steps, steps, count)
        else:
            x[:, :, 0] = rng.uniform(-1, 1, (steps, count))
            first, second = _two_of(rng, _FIRST_MARK_IN, self.length // 2, count)
        for marked in (first, second):
            x[marked, rows, 1] = 1.0
        if self.form == "paper":
            x[0, :, 1] = x[lengths - 1, rows, 1] = -1.0
            x[np.arange(steps)[:, None] >= lengths] = 0.0
        total = (x[:, :, 0] * (x[:, :, 1] == 1)).sum(axis=0)
        target = np.full((steps, count, 1), np.nan)
        target[lengths - 1, rows, 0] = 0.5 + total / 4 if self.form == "paper" else total
        return Batch(x, target, tolerance=TOLERANCE)


def _two_of(
    rng: np.random.Generator, first_in: int, second_in: int, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Two different indices: one below ``first_in``, one of the other ones below ``second_in``."""
    first = rng.integers(0, first_in, count)
    second = rng.integers(0, second_in - 1, count)
    return first, second + (second >= first)
