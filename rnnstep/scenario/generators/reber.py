"""The Reber grammar, embedded or plain: which symbols may come next?

Source: Hochreiter and Schmidhuber 1997, experiment 1, after Smith and Zipser 1989 and Cleeremans,
Servan-Schreiber, McClelland 1989. An embedded string is B, then T or P, then a whole string of the
Reber grammar, then the same T or P, then E: at least nine symbols. The last but one is the long
dependency; all others follow from the last few symbols. Where there are two ways each is as likely.
At every step the model says the next symbol; right is, as in the paper, that the symbols that are
legal there, one or two, are the most active. A string is right as a whole if every step is (the
measure ``whole``).

Departures: fresh strings for training and tests, where the paper has 256 of each; the outputs are
one distribution, learned by the logarithm of the symbol that came.

Without memory: the first-order chain, exactly, from how often a string comes through each state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...learn.batch import Batch
from .base import Baseline, Generator, next_symbols, one_hot
from .grammar import Grammar

SYMBOLS = "BTSXPVE"

_PLAIN = (
    (("B", 1),),
    (("T", 2), ("P", 3)),
    (("S", 2), ("X", 4)),
    (("T", 3), ("V", 5)),
    (("X", 3), ("S", 6)),
    (("P", 4), ("V", 6)),
    (("E", 7),),
)
"""The ways out of each state of the Reber grammar; 7 is its end."""


def _embedded(first: int = 2) -> tuple[tuple[tuple[str, int], ...], ...]:
    size = len(_PLAIN)
    upper, lower = (
        tuple(tuple((symbol, state + start) for symbol, state in ways) for ways in _PLAIN)
        for start in (first, first + size + 1)
    )
    last = first + 2 * (size + 1)
    return (
        (("B", 1),), (("T", first), ("P", first + size + 1)),
        *upper, (("T", last),), *lower, (("P", last),), (("E", last + 1),),
    )  # fmt: skip


EMBEDDED = _embedded()
"""The same for the embedded grammar: two copies of the plain one, one after T and one after P."""


class ReberSymbols(Generator):
    """What the grammar with an end and that without have in common: symbols that are also asked."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(SYMBOLS)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(SYMBOLS)


@dataclass(frozen=True)
class Reber(ReberSymbols):
    """Strings of the (embedded) Reber grammar: which symbols may come next?

    Attributes
    ----------
    embedded : bool
        Whether the string stands between two Ts or two Ps.
    """

    embedded: bool = True

    @property
    def longest(self) -> int:
        # There is no longest string; not one in 10,000 is longer than this.
        return 50

    @property
    def grammar(self) -> Grammar:
        return Grammar(SYMBOLS, EMBEDDED if self.embedded else _PLAIN)

    @property
    def baseline(self) -> Baseline:
        loss, accuracy = self.grammar.baseline()
        return Baseline(loss, accuracy, "The first-order chain: the present symbol alone.")

    def marks(self, x: np.ndarray) -> dict[str, int]:
        return {"cue": 2, "query": len(x) - 2} if self.embedded else {}

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` strings; every step but the last asks for the next symbol."""
        grammar = self.grammar
        symbols, states = grammar.walk(rng, count)
        return Batch(
            one_hot(symbols, len(SYMBOLS)), next_symbols(symbols), legal=grammar.legal[states]
        )
