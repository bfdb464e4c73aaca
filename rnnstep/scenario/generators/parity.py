"""Parity: is the number of ones among the bits so far even or odd?

Source: Bengio, Simard, Frasconi 1994, and Hochreiter and Schmidhuber 1996 (LSTM can solve hard long
time lag problems), where strings of 500 to 600 bits are asked for their parity at the end
(``ask: end``). ``ask: every`` asks at every step, which is easier to learn from. Bits are 1 and -1,
as there.

Without memory: with ``end``, 1/2, as every other bit may turn the answer round. With ``every`` the
first step is known (the bit is the answer), if the model knows that it is the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np

from ...cells.options import choose
from ...learn.batch import NO_TARGET, Batch
from .base import MOST_STEPS, Baseline, Generator, check_range, draw_lengths


@dataclass(frozen=True)
class Parity(Generator):
    """Bits, 1 or -1: is the number of ones even or odd?

    Attributes
    ----------
    least, most : int
        Shortest and longest string, at least 2.
    ask : {"end", "every"}
        Whether the last step asks, or every one.
    """

    least: int = 10
    most: int = 10
    ask: Literal["end", "every"] = "end"

    def __post_init__(self) -> None:
        check_range("parity", "least", self.least, 2, MOST_STEPS)
        check_range("parity", "most", self.most, self.least, MOST_STEPS)
        choose("parity", "ask", self.ask, ("end", "every"))

    @property
    def longest(self) -> int:
        return self.most

    @property
    def names(self) -> tuple[str, ...]:
        return ("bit",)

    @property
    def labels(self) -> tuple[str, ...]:
        return ("even", "odd")

    @property
    def baseline(self) -> Baseline:
        if self.ask == "end":
            return Baseline(log(2), 0.5, "Every earlier bit may turn the answer round.")
        mean = (self.least + self.most) / 2
        return Baseline(
            log(2) * (mean - 1) / mean, (1 + (mean - 1) / 2) / mean,
            "The first step's bit is its answer (the number of the step is known); all later"
            " ones are open.",
        )  # fmt: skip

    def symbols(self, x: np.ndarray) -> tuple[str, ...]:
        return tuple("1" if bit > 0 else "0" for bit in x[:, 0])

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` strings."""
        lengths = draw_lengths(rng, self.least, self.most, count)
        steps = np.arange(lengths.max())[:, None]
        bits = rng.integers(0, 2, (len(steps), count))
        asks = steps < lengths if self.ask == "every" else steps == lengths - 1
        target = np.where(asks, bits.cumsum(axis=0) % 2, NO_TARGET)
        x = np.where(steps < lengths, 2.0 * bits - 1.0, 0.0)
        return Batch(x[:, :, None], target)
