"""The noisy sine of Dive into Deep Learning: a slow wave with noise, to be said one step ahead.

Source: Zhang, Lipton, Li, Smola, Dive into Deep Learning, chapter 9.1: x_t = sin(0.01 t) plus noise
of standard deviation 0.2, for t = 1 to 1000, and models of the last four values. Every step asks
for the next value. As a series it can be learned from in windows, over chosen steps (``steps``,
``window``), or as a task, where every sequence has fresh noise on the same wave.

Without memory: the best straight line from the present value to the next, with the wave's own
moments over the series: var(next) - cov(present, next)² / var(present), each with the noise's
variance where it belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...learn.batch import Batch
from .base import MOST_STEPS, Baseline, Generator, check_range


@dataclass(frozen=True)
class Sine(Generator):
    """A sine with noise: what is the next value?

    Attributes
    ----------
    length : int
        Steps, at least 3.
    speed : float
        Radians a step.
    noise : float
        Standard deviation.
    """

    series: ClassVar[bool] = True

    length: int = 1000
    speed: float = 0.01
    noise: float = 0.2

    def __post_init__(self) -> None:
        check_range("sine", "length", self.length, 3, MOST_STEPS)
        check_range("sine", "speed", self.speed, 1e-6, 3.0)
        check_range("sine", "noise", self.noise, 0, 100)

    @property
    def longest(self) -> int:
        return self.length

    @property
    def names(self) -> tuple[str, ...]:
        return ("x",)

    @property
    def wave(self) -> np.ndarray:
        """The sine without its noise, ``(T,)``."""
        return np.sin(self.speed * np.arange(1, self.length + 1))

    @property
    def baseline(self) -> Baseline:
        now, after = self.wave[:-1], self.wave[1:]
        variance = self.noise**2
        shared = np.cov(now, after, bias=True)
        left = shared[1, 1] + variance - shared[0, 1] ** 2 / (shared[0, 0] + variance)
        return Baseline(float(left), None, "The best straight line from this value to the next.")

    def sample(self, rng: np.random.Generator, count: int) -> Batch:
        """Draw ``count`` series; every step but the last asks for the next value."""
        values = self.wave[:, None] + rng.normal(0, self.noise, (self.length, count))
        target = np.concatenate([values[1:], np.full((1, count), np.nan)])
        return Batch(values[:, :, None], target[:, :, None])
