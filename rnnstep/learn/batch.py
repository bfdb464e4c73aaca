"""What a model learns from: sequences with targets, and whoever draws them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ..errors import SizeError

NO_TARGET = -1
"""The class index that says "nothing is asked at this step"."""


@dataclass(frozen=True, eq=False)
class Batch:
    """A batch of sequences of equal length.

    Attributes
    ----------
    x : (T, B, D) ndarray
        Inputs; row 0 belongs to step 1.
    target : (T, B) ndarray of int, or (T, B, K) ndarray of float
        What is asked at each step: a class, -1 for nothing; or K numbers, NaN for nothing.
    legal : (T, B, K) ndarray of bool, or None
        Where several classes could have come: which. Right is then an answer that has all of
        them before all others.
    tolerance : float or None
        For numbers: an answer is right if each is off by less. None for no right and wrong.

    Raises
    ------
    SizeError
        If the shapes do not fit.
    """

    x: np.ndarray
    target: np.ndarray
    legal: np.ndarray | None = None
    tolerance: float | None = None

    def __post_init__(self) -> None:
        if self.x.ndim != 3 or self.target.shape[:2] != self.x.shape[:2]:
            raise SizeError(
                f"x has shape {self.x.shape} and target {self.target.shape};"
                " they must begin with the same (T, B)"
            )

    @property
    def classes(self) -> bool:
        """Whether the targets are classes."""
        return self.target.ndim == 2

    @property
    def asked(self) -> np.ndarray:
        """Where something is asked, ``(T, B)`` of bool."""
        if self.classes:
            return self.target != NO_TARGET
        return np.isfinite(self.target).all(axis=-1)

    def asked_after(self, steps: int) -> Batch:
        """The same sequences, with nothing asked at the first ``steps`` steps."""
        if not steps:
            return self
        target = self.target.copy()
        target[:steps] = NO_TARGET if self.classes else np.nan
        return replace(self, target=target)

    def part(self, start: int, stop: int) -> Batch:
        """The sequences ``start`` to ``stop - 1``."""
        legal = None if self.legal is None else self.legal[:, start:stop]
        return Batch(self.x[:, start:stop], self.target[:, start:stop], legal, self.tolerance)


class Sampler(Protocol):
    """Draws fresh sequences."""

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` sequences."""
        ...
