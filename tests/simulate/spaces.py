"""A space to ask conditions of, where every value is known by heart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


class Numbers:
    """A space of two lanes over ten steps: a.h[k] = t + k/10, b.h = -t, b.word a letter."""

    last = 10
    recorded = True
    names = ("target", "cue")
    index = ()
    functions: Mapping[str, object] = {}
    lanes = {"a": ("h",), "b": ("h", "word")}

    def value(self, name: str, start: int, stop: int) -> np.ndarray:
        return np.full((1, 1), 3.0) if name == "cue" else np.full((stop - start, 1), "B", object)

    def signal(self, lane: str, name: str, start: int, stop: int) -> np.ndarray:
        t = np.arange(start, stop, dtype=float)[:, None]
        if name == "word":
            return np.array([["AB"[int(k) % 2]] for k in t[:, 0]], dtype=object)
        return t + np.arange(3) / 10 if lane == "a" else -t

    def labels(self, lane: str, name: str) -> tuple[str, ...]:
        return ("x", "y", "z") if (lane, name) == ("a", "h") else ()
