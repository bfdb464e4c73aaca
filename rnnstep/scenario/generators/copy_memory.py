"""Copy memory: remember ten symbols over a long blank, then say them in order.

Source: Arjovsky, Shah, Bengio 2016 (unitary evolution RNNs), after Hochreiter and Schmidhuber 1997.
``items`` symbols (10) of an alphabet of ``symbols`` (8), T - 1 blanks, a delimiter, then as many
blanks as there were symbols: T + 20 steps. The answer is a blank at each of the first T + 10 steps,
and then the symbols in their order. Every step asks.

Departure of others: in the code of Bai, Kolter, Koltun 2018 the delimiter stands at the last eleven
steps instead of one.

Without memory, where the number of the step is known: blanks are free, and each symbol costs the
logarithm of their number, 10 · ln 8 / (T + 20).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from ...learn.batch import Batch
from .base import Baseline, Generator, check_range, one_hot

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BLANK, _DELIMITER = "_", ":"


@dataclass(frozen=True)
class CopyMemory(Generator):
    """Some symbols, a long blank, a delimiter: say the symbols again.

    Attributes
    ----------
    blanks : int
        T, at least 1.
    items : int
        Symbols to remember, 1 to 100.
    alphabet : int
        Different symbols, 2 to 26.
    """

    blanks: int = 100
    items: int = 10
    alphabet: int = 8

    def __post_init__(self) -> None:
        check_range("copy_memory", "blanks", self.blanks, 1, 100_000)
        check_range("copy_memory", "items", self.items, 1, 100)
        check_range("copy_memory", "alphabet", self.alphabet, 2, len(_LETTERS))

    @property
    def longest(self) -> int:
        return self.blanks + 2 * self.items

    @property
    def names(self) -> tuple[str, ...]:
        return (*_LETTERS[: self.alphabet], _BLANK, _DELIMITER)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names[:-1]

    @property
    def baseline(self) -> Baseline:
        steps = self.longest
        return Baseline(
            self.items * log(self.alphabet) / steps,
            (steps - self.items + self.items / self.alphabet) / steps,
            "Blanks are free for who knows the number of the step; each symbol is a guess.",
        )

    def marks(self, x: np.ndarray) -> dict[str, int]:
        return {"delimiter": self.blanks + self.items, "recall": self.blanks + self.items + 1}

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences."""
        items = rng.integers(0, self.alphabet, (self.items, count))
        target = np.full((self.longest, count), self.alphabet, np.int64)
        drawn = target.copy()
        drawn[: self.items] = target[-self.items :] = items
        drawn[self.blanks + self.items - 1] = self.alphabet + 1
        return Batch(one_hot(drawn, len(self.names)), target)
