"""Series as tapes: numbers step by step, or a text by characters; what training draws of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..learn.batch import NO_TARGET, Batch
from .column import SeriesError
from .generators.base import one_hot
from .tape import Tape

Array = np.ndarray


def number_tape(
    values: Array,
    names: tuple[str, ...],
    target: str | Array | None,
    offset: float = 0.0,
    factor: float = 1.0,
    index: tuple[str, ...] = (),
    filled: Array | None = None,
) -> Tape:
    """A tape of numbers ``(T, D)``, as the data have them; the tape holds them scaled.

    ``target`` is "next", an array ``(T, K)`` with NaN where nothing is asked, or None. Where
    ``filled``, ``(T,)``, says that the data had a gap, nothing is asked at the step, nor of it.
    """
    x = (values - offset) / factor
    wanted: Array | None = None
    if isinstance(target, str):
        wanted = np.concatenate([x[1:], np.full((1, x.shape[1]), np.nan)])
    elif target is not None:
        wanted = (target - offset) / factor
    steps = frozenset[int]()
    if filled is not None and filled.any():
        steps = frozenset((np.flatnonzero(filled) + 1).tolist())
        if wanted is not None:
            wanted[filled] = np.nan
            wanted[:-1][filled[1:]] = np.nan
    symbols = tuple(
        ", ".join(f"{v:.4g}" for v in row) + " (filled)" * (t in steps)
        for t, row in enumerate(values, 1)
    )
    return Tape(x, symbols, names, wanted, (), {}, index, offset, factor, steps)


def text_tape(text: str, vocabulary: str | None, target: str | None) -> Tape:
    """A tape of characters, one-hot over the vocabulary (the text's own letters, sorted).

    Raises
    ------
    SeriesError
        If the text has a character that the vocabulary lacks.
    """
    letters = tuple(dict.fromkeys(vocabulary)) if vocabulary else tuple(sorted(set(text)))
    unknown = next((k for k, letter in enumerate(text) if letter not in letters), None)
    if unknown is not None:
        raise SeriesError(
            f"character {unknown + 1} of the text, {text[unknown]!r}, is not in the vocabulary"
            f" {''.join(letters)!r}"
        )
    codes = np.array([letters.index(letter) for letter in text])
    wanted: Array | None = None
    if target:
        wanted = np.append(codes[1:], NO_TARGET)
    labels = letters if target else ()
    return Tape(one_hot(codes, len(letters)), tuple(text), letters, wanted, labels)


@dataclass(frozen=True, eq=False)
class Windows:
    """Draws windows of a tape for training.

    Attributes
    ----------
    tape : Tape
    first, last : int
        The steps that may be read; the target of ``last`` may lie one step beyond it only if it
        is still at or before ``last``, so that nothing after ``last`` is learned from.
    window : int
        Steps of a window.
    warm_up : int
        Steps at a window's beginning that are not asked.
    """

    tape: Tape
    first: int
    last: int
    window: int
    warm_up: int

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` windows."""
        window = min(self.window, self.last - self.first)
        starts = rng.integers(self.first - 1, self.last - window, count)
        rows = starts + np.arange(window)[:, None]
        assert self.tape.target is not None
        target = self.tape.target[rows].copy()
        target[: self.warm_up] = NO_TARGET if self.tape.classes else np.nan
        return Batch(self.tape.x[rows], target)


@dataclass(frozen=True, eq=False)
class Span:
    """The steps of one stretch of a tape, asked after everything before it was read."""

    tape: Tape
    first: int
    last: int

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """The stretch, always the same: as a batch of one."""
        assert self.tape.target is not None
        target = self.tape.target[: self.last].copy()
        target[: self.first - 1] = NO_TARGET if self.tape.classes else np.nan
        return Batch(self.tape.x[: self.last, None], target[:, None])
