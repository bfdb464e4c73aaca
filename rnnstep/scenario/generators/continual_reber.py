"""The continual embedded Reber grammar: strings one after another, with nothing that says so.

Source: Gers, Schmidhuber, Cummins 2000 (learning to forget). Embedded Reber strings follow each
other without end and the state is never set back, so a model must find out by itself when to
forget. Right is as for the Reber grammar.

Departures: a stream is cut after ``length`` steps, and each begins from the initial state. The
paper trains on a stream until the first error or 100,000 symbols, and tests on ten streams of
100,000 symbols. A longer stream can be asked of the measures: ``whole(lstm, 10, length=100000)``.

Without memory: the first-order chain, exactly, over a stream of ``length``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...learn.batch import Batch
from .base import MOST_STEPS, Baseline, check_range, one_hot
from .grammar import Grammar
from .reber import EMBEDDED, SYMBOLS, ReberSymbols

_ENDLESS = Grammar(SYMBOLS, EMBEDDED, endless=True)


@dataclass(frozen=True)
class ContinualReber(ReberSymbols):
    """Embedded Reber strings without end: which symbols may come next?

    Attributes
    ----------
    length : int
        Steps of a stream, at least 2.
    """

    length: int = 100

    def __post_init__(self) -> None:
        check_range("continual_reber", "length", self.length, 2, MOST_STEPS)

    @property
    def longest(self) -> int:
        return self.length

    @property
    def baseline(self) -> Baseline:
        loss, accuracy = _ENDLESS.baseline(self.length)
        return Baseline(loss, accuracy, "The first-order chain: the present symbol alone.")

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` streams; every step asks for the next symbol."""
        symbols, states = _ENDLESS.walk(rng, count, self.length + 1)
        return Batch(
            one_hot(symbols[:-1], len(SYMBOLS)), symbols[1:], legal=_ENDLESS.legal[states[:-1]]
        )
