"""The tape: what all lanes of a scenario read, step by step, and what is asked of them.

Row 0 of every array belongs to step 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..learn.batch import NO_TARGET, Batch
from ..learn.loss import right_answers

Array = np.ndarray


def visible(symbol: str) -> str:
    """How a symbol is shown: what would not be seen, as ␣ and ↵."""
    return {" ": "␣", "\n": "↵", "\t": "⇥"}.get(symbol, symbol)


@dataclass(frozen=True, eq=False)
class Tape:
    """One input sequence with its targets.

    Attributes
    ----------
    x : (T, D) ndarray
    symbols : tuple of str
        What stands on the tape at each step, as it is shown.
    names : tuple of str
        Names of the input's units.
    target : (T,) ndarray of int, (T, K) ndarray of float, or None
        What is asked at each step: a class, -1 for nothing; or numbers, NaN for nothing.
    labels : tuple of str
        Names of the classes that can be answered; empty for numbers.
    marks : mapping of str to int
        Named steps.
    index : tuple of str
        Names of the steps, as years; empty if they have none.
    offset, factor : float
        Numbers on the tape are ``(value - offset) / factor`` of the data's own.
    filled : frozenset of int
        Steps where the data have a gap, which was filled; nothing is asked at them or of them.
    legal : (T, K) ndarray of bool, or None
        Where several classes could have come: which. See ``rnnstep.learn.Batch``.
    tolerance : float or None
        For numbers: how far a right answer may be off, as on the tape.
    """

    x: Array
    symbols: tuple[str, ...]
    names: tuple[str, ...]
    target: Array | None = None
    labels: tuple[str, ...] = ()
    marks: Mapping[str, int] = field(default_factory=dict)
    index: tuple[str, ...] = ()
    offset: float = 0.0
    factor: float = 1.0
    filled: frozenset[int] = frozenset()
    legal: Array | None = None
    tolerance: float | None = None

    @property
    def length(self) -> int:
        """Steps T."""
        return len(self.x)

    @property
    def classes(self) -> bool:
        """Whether the targets are classes."""
        return bool(self.labels)

    @property
    def predicts_input(self) -> bool:
        """Whether everything that is asked is the input of the next step."""
        if self.target is None:
            return False
        asked = self.asked_at(1, self.length)
        if not asked.any():
            return False
        if self.classes:
            if self.labels != self.names:
                return False
            return bool((self.x[1:].argmax(axis=1) == self.target[:-1])[asked].all())
        if self.target.shape[1] != self.x.shape[1]:
            return False
        return bool((self.x[1:] == self.target[:-1])[asked].all())

    @cached_property
    def one_hot(self) -> bool:
        """Whether the inputs are symbols, each a vector with a single 1."""
        if not (set(self.symbols) <= set(self.names) or (self.classes and len(self.names) > 1)):
            return False
        ones = (self.x == 1).sum(axis=1)
        return bool((ones == 1).all()) and np.count_nonzero(self.x) == self.length

    def shown(self, x: Array) -> str:
        """An input as the tape shows it: its symbol, or numbers in the data's units."""
        if self.one_hot:
            if not np.isfinite(x).all():
                return "NaN"
            (there,) = np.nonzero(x)
            # What is no symbol, as a patch may have it, is not called one.
            if len(there) == 1 and x[there[0]] == 1:
                return self.names[there[0]]
        return ", ".join(f"{v:.4g}" for v in self.in_data_units(x))

    def asked(self, t: int) -> bool:
        """Whether something is asked at step t."""
        if self.target is None or t < 1:
            return False
        return bool(self.asked_at(t, t + 1)[0])

    def targets(self, start: int, stop: int) -> Array:
        """Targets of steps ``start`` to ``stop - 1`` as the tape holds them; none at step 0."""
        assert self.target is not None
        if not self.classes:
            return shifted(self.target, start, stop)
        before = np.full(int(start == 0), NO_TARGET)
        return np.concatenate([before, self.target[max(start, 1) - 1 : max(stop, 1) - 1]])[
            : stop - start
        ]

    def asked_at(self, start: int, stop: int) -> Array:
        """Whether something is asked at steps ``start`` to ``stop - 1``, ``(stop - start,)``."""
        rows = self.targets(start, stop)
        return rows != NO_TARGET if self.classes else np.isfinite(rows).all(axis=1)

    def right(self, values: Array, start: int) -> Array:
        """Whether answers ``(n, K)`` of the steps from ``start`` on are right: 1 or 0.

        NaN where nothing is asked, or where there is no right and wrong.
        """
        stop = start + len(values)
        found = np.full(len(values), np.nan)
        rows = np.flatnonzero(self.asked_at(start, stop))
        steps = rows + start - 1
        legal = None if self.legal is None else self.legal[steps]
        right = right_answers(
            values[rows], self.targets(start, stop)[rows], legal, self.tolerance
        )
        if right is not None:
            found[rows] = right
        return found

    def due(self, t: int) -> tuple[str, ...]:
        """The labels that are right at a step that asks for a class."""
        assert self.target is not None
        if self.legal is None:
            return (self.labels[int(self.target[t - 1])],)
        return tuple(self.labels[k] for k in np.flatnonzero(self.legal[t - 1]))

    def in_data_units(self, value: Array) -> Array:
        """Undo the scaling."""
        return value * self.factor + self.offset

    def batch(self) -> Batch:
        """The tape as a batch of one."""
        target = self.target
        if target is None:
            target = np.full((self.length, 1), np.nan)
        legal = None if self.legal is None else self.legal[:, None]
        return Batch(self.x[:, None], target[:, None], legal, self.tolerance)


def shifted(values: Array, start: int, stop: int) -> Array:
    """Rows of an array that begins at step 1; step 0 is NaN."""
    if start >= 1:
        return values[start - 1 : stop - 1]
    first = np.full((1, values.shape[1]), np.nan)
    return np.concatenate([first, values[: max(stop - 1, 0)]])[: stop - start]
