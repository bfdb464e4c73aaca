"""Recall of the first symbol: a cue, distractors, a query that asks for the cue.

The task behind most stories about forgetting (a first-symbol form of Hochreiter and Schmidhuber
1997, experiment 2). Step 1 shows one of ``classes`` cues, ``lag`` distractors follow, and at the
last step a query symbol asks which cue it was. The distractors are the cues' own symbols
(``same``), so that nothing but its place tells the cue from what follows, or symbols of another
alphabet (``other``).

Right is the cue itself. Without memory: 1 / ``classes``, as the query says nothing of the cue.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np

from ...cells.options import choose
from ...learn.batch import NO_TARGET, Batch
from .base import MOST_STEPS, Baseline, Generator, check_range, one_hot

CUES = "ABCDEFGHIJ"
OTHERS = "abcdefghij"
QUERY = "?"


@dataclass(frozen=True)
class Recall(Generator):
    """A cue, ``lag`` distractors, and a query: which was the cue?

    Attributes
    ----------
    classes : int
        Cues, 2 to 10.
    lag : int
        Distractors between the cue and the query, at least 0.
    distractors : {"same", "other"}
        Whether they are the cues' own symbols or as many of another alphabet.
    """

    classes: int = 4
    lag: int = 50
    distractors: Literal["same", "other"] = "same"

    def __post_init__(self) -> None:
        check_range("recall", "classes", self.classes, 2, len(CUES))
        check_range("recall", "lag", self.lag, 0, MOST_STEPS)
        choose("recall", "distractors", self.distractors, ("same", "other"))

    @property
    def longest(self) -> int:
        return self.lag + 2

    @property
    def names(self) -> tuple[str, ...]:
        cues = tuple(CUES[: self.classes])
        others = tuple(OTHERS[: self.classes]) if self.distractors == "other" else ()
        return (*cues, *others, QUERY)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(CUES[: self.classes])

    @property
    def baseline(self) -> Baseline:
        return Baseline(
            log(self.classes), 1 / self.classes,
            "The query is the same for every cue, and the cues are equally likely.",
        )  # fmt: skip

    def marks(self, x: np.ndarray) -> dict[str, int]:
        return {"cue": 1, "query": len(x)}

    def draw(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw sequences of indices of ``names``, ``(T, count)``."""
        first = 0 if self.distractors == "same" else self.classes
        drawn = np.empty((self.longest, count), np.int64)
        drawn[0] = rng.integers(0, self.classes, count)
        drawn[1:-1] = first + rng.integers(0, self.classes, (self.lag, count))
        drawn[-1] = len(self.names) - 1
        return drawn

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences; only the last step asks."""
        drawn = self.draw(rng, count)
        target = np.full(drawn.shape, NO_TARGET, np.int64)
        target[-1] = drawn[0]
        return Batch(one_hot(drawn, len(self.names)), target)
