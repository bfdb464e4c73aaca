"""A long lag without noise: the last symbol is the first one; all between is always the same.

Source: Hochreiter and Schmidhuber 1997, experiment 2a. The sequence is (y, a1, …, a_{p-1}, y) or
(x, a1, …, a_{p-1}, x), each in half of all cases, over p + 1 symbols, and the model is to say the
next symbol at every step. Only the last one needs memory, and it needs it over p steps.

Departure: the next symbol is a class, where the paper has an output unit of its own for each symbol
and asks for their errors to be small.

Without memory: the present symbol tells every next one but the last, which is x or y.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from ...learn.batch import Batch
from .base import Baseline, Generator, check_range, next_symbols, one_hot


@dataclass(frozen=True)
class LongLag(Generator):
    """x or y, a chain that never changes, and x or y again: say every next symbol.

    Attributes
    ----------
    lag : int
        p, the steps between the first symbol and the answer, at least 2.
    """

    lag: int = 100

    def __post_init__(self) -> None:
        check_range("long_lag", "lag", self.lag, 2, 1000)

    @property
    def longest(self) -> int:
        return self.lag + 1

    @property
    def names(self) -> tuple[str, ...]:
        return (*(f"a{k}" for k in range(1, self.lag)), "x", "y")

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    @property
    def baseline(self) -> Baseline:
        return Baseline(
            log(2) / self.lag, 1 - 0.5 / self.lag,
            "Every next symbol follows from the present one, but for the last: x or y.",
        )  # fmt: skip

    def marks(self, x: np.ndarray) -> dict[str, int]:
        return {"cue": 1, "query": len(x) - 1}

    def symbols(self, x: np.ndarray) -> tuple[str, ...]:
        # One letter a step: a number behind each a would hide the only two that count.
        return tuple(self.names[k][0] for k in x.argmax(axis=1))

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences; every step but the last asks for the next symbol."""
        drawn = np.empty((self.lag + 1, count), np.int64)
        drawn[1:-1] = np.arange(self.lag - 1)[:, None]
        drawn[0] = drawn[-1] = self.lag - 1 + rng.integers(0, 2, count)
        return Batch(one_hot(drawn, len(self.names)), next_symbols(drawn))
