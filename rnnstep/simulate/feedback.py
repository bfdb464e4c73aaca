"""Free running: from a step on, what a lane answers at a step is what it reads at the next.

With ``start`` N, steps 1 to N read the tape, and step t + 1 reads the answer of step t for every
t ≥ N. Numbers are fed back as they are, in the model's own (scaled) units. Of classes, the input is
the one-hot vector of the likeliest one (the first of equals), or of one drawn from the
probabilities: the smallest k with u < p_1 + … + p_k, where u is the first number of a counter-based
generator (Philox) with the key ``seed`` and the counter t. So step t draws the same whatever was
drawn before it, and however one arrived there. An answer that is not finite is fed back as NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Feedback:
    """How a lane reads its own answers.

    Attributes
    ----------
    start : int
        The last step that reads the tape, at least 1.
    classes : bool
        Whether answers are probabilities of classes, and inputs one-hot vectors of them.
    seed : int or None
        Draw classes with this seed; take the likeliest if None.
    """

    start: int
    classes: bool = False
    seed: int | None = None

    def next_input(self, answer: Array, t: int) -> Array:
        """What step t + 1 reads, given the answer of step t, ``(K,)`` to ``(K,)``."""
        if not self.classes:
            return answer
        if not np.isfinite(answer).all():
            return np.full_like(answer, np.nan)
        found = np.zeros_like(answer)
        found[self.choose(answer, t)] = 1
        return found

    def choose(self, probabilities: Array, t: int) -> int:
        """The class that is fed back after step t."""
        if self.seed is None:
            return int(np.argmax(probabilities))
        reached = np.cumsum(probabilities, dtype=np.float64)
        drawn = uniform(self.seed, t) * reached[-1]
        return int(np.searchsorted(reached, drawn, side="right"))


def uniform(seed: int, t: int) -> float:
    """A number in [0, 1) that depends on (seed, t) alone; 53 bits of Philox's first word."""
    word = int(np.random.Philox(key=seed, counter=t).random_raw())
    return (word >> 11) * 2.0**-53
