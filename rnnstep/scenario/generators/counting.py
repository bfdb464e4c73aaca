"""Counting: strings aⁿbⁿ or aⁿbⁿcⁿ, symbol by symbol: which symbols may come next?

Source: Gers and Schmidhuber 2001 (LSTM recurrent networks learn simple context-free and
context-sensitive languages). A string begins with S and ends with T; at every step the model says
what may come next. After an a that is a or b, as n is not known yet; from then on it is certain,
and says when to go on to the next letter only to who has counted. Right, as for the Reber grammar:
the legal next symbols are the most active. A string is *accepted* if every answer is right, which
is what the measure ``whole`` counts.

Departures: n is uniform from ``least`` to ``most``, drawn afresh; the outputs are one distribution,
where the paper has a unit with a threshold for each symbol. (Weiss, Goldberg, Yahav 2018 train
models to tell strings of the language from others instead.)

Without memory, from the present letter alone: with m the mean n, a letter stays with (m - 1) / m.
Ranking the likelier symbol first is then right everywhere but where a letter after a changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np

from ...cells.options import choose
from ...learn.batch import Batch
from .base import PADDING, Baseline, Generator, check_range, draw_lengths, next_symbols, one_hot


@dataclass(frozen=True)
class Counting(Generator):
    """Strings S aⁿ bⁿ (cⁿ) T: which symbols may come next?

    Attributes
    ----------
    letters : {"ab", "abc"}
        Which language.
    least, most : int
        Smallest and largest n, at least 1.
    """

    letters: Literal["ab", "abc"] = "ab"
    least: int = 1
    most: int = 10

    def __post_init__(self) -> None:
        choose("counting", "letters", self.letters, ("ab", "abc"))
        check_range("counting", "least", self.least, 1, 100_000)
        check_range("counting", "most", self.most, self.least, 100_000)

    @property
    def longest(self) -> int:
        return len(self.letters) * self.most + 2

    @property
    def names(self) -> tuple[str, ...]:
        return ("S", *self.letters, "T")

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    @property
    def baseline(self) -> Baseline:
        kinds, mean = len(self.letters), (self.least + self.most) / 2
        stay = (mean - 1) / mean
        bits = 0.0 if stay == 0 else -stay * log(stay) - (1 - stay) * log(1 - stay)
        asked = kinds * mean + 1
        # After a both a and b are legal; after a later letter only one is, and the likelier counts.
        right = 1 + mean + (kinds - 1) * max(mean - 1, 1)
        return Baseline(
            kinds * mean * bits / asked, right / asked,
            "From the present letter alone: it stays with (m - 1) / m, m the mean n.",
        )  # fmt: skip

    def marks(self, x: np.ndarray) -> dict[str, int]:
        firsts = x[:, 1:-1].argmax(axis=0) + 1
        return {f"first_{letter}": int(k) for letter, k in zip(self.letters, firsts, strict=True)}

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` strings; every step but the last asks for the next symbol."""
        n = draw_lengths(rng, self.least, self.most, count)
        kinds = len(self.letters)
        steps = np.arange(kinds * int(n.max()) + 2)[:, None]
        drawn = np.minimum((steps - 1) // n + 1, kinds + 1)
        drawn[steps > kinds * n + 1] = PADDING
        target = next_symbols(drawn)
        legal = one_hot(target, kinds + 2).astype(bool)
        legal[drawn == 1, 1:3] = True
        return Batch(one_hot(drawn, kinds + 2), target, legal=legal)
