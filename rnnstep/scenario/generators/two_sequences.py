"""Two sequences: the first numbers tell the class, all later ones are noise (the latch problem).

Source: Hochreiter and Schmidhuber 1997, experiment 3, after Bengio, Simard, Frasconi 1994. The
first ``carry`` values (N) are 1 for one class and -1 for the other; the rest is Gaussian noise of
mean 0 and variance 0.2. The length is drawn from T to T + T/10; the class is asked at the last
step. ``noisy: true`` adds the noise to the first values as well (experiment 3b).

Departure: the answer is a class; the paper's target is 1 or 0. Experiment 3c, where the targets are
noisy, is not here.

Hochreiter and Schmidhuber say of this task themselves that guessing weights at random solves it
faster than any method that learns: it is a poor proof of anything.

Without memory: 1/2, as the last value is noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from ...learn.batch import NO_TARGET, Batch
from .base import Baseline, Generator, check_range, draw_lengths


@dataclass(frozen=True)
class TwoSequences(Generator):
    """The first values are 1 or -1, then comes noise: which was it?

    Attributes
    ----------
    length : int
        T, at least 2.
    carry : int
        N, the values that tell the class, fewer than T.
    variance : float
        Of the noise.
    noisy : bool
        Whether the values that tell the class have the noise as well.
    """

    length: int = 100
    carry: int = 3
    variance: float = 0.2
    noisy: bool = False

    def __post_init__(self) -> None:
        check_range("two_sequences", "length", self.length, 2, 100_000)
        check_range("two_sequences", "carry", self.carry, 1, self.length - 1)
        check_range("two_sequences", "variance", self.variance, 0, 100)

    @property
    def longest(self) -> int:
        return self.length + self.length // 10

    @property
    def names(self) -> tuple[str, ...]:
        return ("x",)

    @property
    def labels(self) -> tuple[str, ...]:
        return ("+1", "-1")

    @property
    def baseline(self) -> Baseline:
        return Baseline(log(2), 0.5, "The last value is noise, and both classes are as likely.")

    def marks(self, x: np.ndarray) -> dict[str, int]:
        return {"carried": self.carry}

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences; only their last steps ask."""
        lengths = draw_lengths(rng, self.length, self.longest, count)
        which = rng.integers(0, 2, count)
        steps = int(lengths.max())
        x = rng.normal(0, np.sqrt(self.variance), (steps, count))
        sign = 1.0 - 2.0 * which
        x[: self.carry] = sign + (x[: self.carry] if self.noisy else 0.0)
        x[np.arange(steps)[:, None] >= lengths] = 0.0
        target = np.full(x.shape, NO_TARGET, np.int64)
        target[lengths - 1, np.arange(count)] = which
        return Batch(x[:, :, None], target)
