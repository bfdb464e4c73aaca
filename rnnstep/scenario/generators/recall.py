"""Recall of the first symbol: a cue, distractors, a query that asks for the cue.

The task behind most stories about forgetting (a first-symbol form of Hochreiter and Schmidhuber
1997, experiment 2). Step 1 shows one of ``classes`` cues, ``lag`` distractors follow, and at the
last step a query symbol asks which cue it was. The distractors are the cues' own symbols
(``same``), so that nothing but its place tells the cue from what follows, or symbols of another
alphabet (``other``). Chance, and the best without memory, is 1 / ``classes``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import ParamsError
from ...learn.batch import NO_TARGET, Batch
from ..tape import Tape
from .base import one_hot

CUES = "ABCDEFGHIJ"
OTHERS = "abcdefghij"
QUERY = "?"


@dataclass(frozen=True)
class Recall:
    """Recall of the first symbol.

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
    distractors: str = "same"

    def __post_init__(self) -> None:
        if not 2 <= self.classes <= len(CUES):
            raise ParamsError(f"recall: classes is {self.classes}; it can be 2 to {len(CUES)}")
        if not 0 <= self.lag <= 1_000_000:
            raise ParamsError(f"recall: lag is {self.lag}; it can be 0 to 1000000")
        if self.distractors not in ("same", "other"):
            raise ParamsError(
                f"recall: distractors is {self.distractors!r}; it can be same or other"
            )

    @property
    def length(self) -> int:
        return self.lag + 2

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Symbols, in the order of the input's units."""
        cues = tuple(CUES[: self.classes])
        others = tuple(OTHERS[: self.classes]) if self.distractors == "other" else ()
        return (*cues, *others, QUERY)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes that can be answered."""
        return tuple(CUES[: self.classes])

    @property
    def marks(self) -> dict[str, int]:
        """Named steps."""
        return {"cue": 1, "query": self.length}

    @property
    def chance(self) -> float:
        """Accuracy that needs no memory."""
        return 1 / self.classes

    def tape(self, seed: int) -> Tape:
        """One sequence, drawn from a seed, as a tape."""
        drawn = self.symbols(np.random.default_rng(seed), 1)
        batch = self.batch(drawn)
        names = self.vocabulary
        symbols = tuple(names[k] for k in drawn[:, 0])
        return Tape(
            batch.x[:, 0], symbols, names, batch.target[:, 0], self.labels, self.marks
        )

    def symbols(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw sequences of vocabulary indices, ``(T, count)``."""
        first = 0 if self.distractors == "same" else self.classes
        drawn = np.empty((self.length, count), np.int64)
        drawn[0] = rng.integers(0, self.classes, count)
        drawn[1:-1] = first + rng.integers(0, self.classes, (self.lag, count))
        drawn[-1] = len(self.vocabulary) - 1
        return drawn

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences; only the last step asks."""
        symbols = self.symbols(rng, count)
        return self.batch(symbols)

    def batch(self, symbols: np.ndarray) -> Batch:
        """Turn vocabulary indices ``(T, B)`` into inputs and targets."""
        target = np.full(symbols.shape, NO_TARGET, np.int64)
        target[-1] = symbols[0]
        return Batch(one_hot(symbols, len(self.vocabulary)), target)
