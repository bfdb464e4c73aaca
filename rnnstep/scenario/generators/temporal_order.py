"""Temporal order: in which order did two (or three) symbols come, far apart among distractors?

Source: Hochreiter and Schmidhuber 1997, experiments 6a and 6b. A sequence begins with E and ends
with B; all between is drawn from a, b, c, d, but for the symbols that count, each X or Y. With two
of them (6a, T = 100) they stand at steps 10 to 20 and 50 to 60; with three (6b) at 10 to 20, 33 to
43 and 66 to 76. For another T these grow in proportion. The length is drawn from T to T + T/10. At
the last step the answer is the class: Q, R, S, U for XX, XY, YX, YY; with three, Q, R, S, U, V, A,
B, C for XXX, XXY, …, YYY.

Departures: E stands at step 1 (the paper does not say whether it counts from 0); right is the most
active class, where the paper asks for all outputs to be within 0.3 of their targets.

Without memory: 1/4 (1/8), as the last symbol is always B.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from ...learn.batch import NO_TARGET, Batch
from .base import PADDING, Baseline, Generator, check_range, draw_lengths, one_hot

_NAMES = ("E", "B", "a", "b", "c", "d", "X", "Y")
_CLASSES = "QRSUVABC"
_PLACES = {2: ((10, 20), (50, 60)), 3: ((10, 20), (33, 43), (66, 76))}
"""Where the symbols that count stand, in hundredths of T."""


@dataclass(frozen=True)
class TemporalOrder(Generator):
    """X or Y at two or three places among distractors: in which order?

    Attributes
    ----------
    length : int
        T, at least 20.
    count : int
        Symbols that count, 2 or 3.
    """

    length: int = 100
    count: int = 2

    def __post_init__(self) -> None:
        check_range("temporal_order", "length", self.length, 20, 100_000)
        check_range("temporal_order", "count", self.count, 2, 3)

    @property
    def longest(self) -> int:
        return self.length + self.length // 10

    @property
    def names(self) -> tuple[str, ...]:
        return _NAMES

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(_CLASSES[: 2**self.count])

    @property
    def baseline(self) -> Baseline:
        classes = 2**self.count
        return Baseline(
            log(classes), 1 / classes,
            "The last symbol is always B, and the classes are equally likely.",
        )  # fmt: skip

    def marks(self, x: np.ndarray) -> dict[str, int]:
        steps = np.flatnonzero(x[:, -2:].any(axis=1)) + 1
        return dict(zip(("first", "second", "third"), steps.tolist(), strict=False))

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences; only their last steps ask."""
        rows = np.arange(count)
        lengths = draw_lengths(rng, self.length, self.longest, count)
        steps = int(lengths.max())
        drawn = rng.integers(2, 6, (steps, count))
        drawn[0] = 0
        answer = np.zeros(count, np.int64)
        for low, high in _PLACES[self.count]:
            place = draw_lengths(rng, low * self.length // 100, high * self.length // 100, count)
            which = rng.integers(0, 2, count)
            drawn[place - 1, rows] = 6 + which
            answer = 2 * answer + which
        drawn[lengths - 1, rows] = 1
        drawn[np.arange(steps)[:, None] >= lengths] = PADDING
        target = np.full(drawn.shape, NO_TARGET, np.int64)
        target[lengths - 1, rows] = answer
        return Batch(one_hot(drawn, len(_NAMES)), target)
