"""Vanishing, exploding or steady: the rate at which a reach falls off, in one line.

The rate is the slope of the log norm against k, as the median over all pairs of steps (Theil 1950,
Sen 1968): a first step that differs, or a gate that shut once, does not sway it. A reach is called
steady if at this rate it changes by less than a factor of 10 over all the steps looked at; what is
steady over 20 steps may well vanish over 200. The half-life is that of the rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .reach import Reach

FACTOR = 10.0
"""By how much the norm must change over the reach to be called vanishing or exploding."""

_SLOPES = 200
"""Steps at most whose pairs are compared; longer reaches are thinned evenly."""


@dataclass(frozen=True)
class Verdict:
    """What a reach shows.

    Attributes
    ----------
    kind : {"vanishing", "exploding", "steady", "undefined"}
        ``undefined``: there is no step to look back at, or a Jacobian is not finite.
    half_life : float or None
        Steps until the norm halves (vanishing) or doubles (exploding); None otherwise.
    rate : float
        What a step multiplies the norm with; NaN if undefined.
    looked_at : int
        Steps of the reach.
    text : str
        One short line.
    """

    kind: str
    half_life: float | None
    rate: float
    looked_at: int
    text: str


def verdict_of(reach: Reach) -> Verdict:
    """Judge a reach."""
    values = reach.log10[np.argsort(reach.steps)]
    count = len(values) - 1
    if count < 1:
        return Verdict("undefined", None, math.nan, 0, "nothing to look back at")
    if reach.nonfinite is not None:
        text = f"not finite: the Jacobian of step {reach.nonfinite}"
        return Verdict("undefined", None, math.nan, count, text)
    alive = np.isfinite(values)
    slope = -_slope(reach.steps[alive], values[alive])
    rate = 10.0**slope
    half_life = math.log10(2) / abs(slope) if slope else None
    if not alive.all():
        last_dead = int(reach.steps[np.flatnonzero(~alive)[-1]])
        text = f"vanishing: exactly 0 from {reach.t - last_dead} steps back on"
        if not alive[:-1].any():
            return Verdict("vanishing", 0.0, 0.0, count, text)
        return Verdict("vanishing", half_life if slope < 0 else None, rate, count, text)
    if abs(slope) * count < math.log10(FACTOR):
        text = f"steady: within a factor of {FACTOR:g} over {count} steps"
        return Verdict("steady", None, rate, count, text)
    kind, what = ("vanishing", "halves") if slope < 0 else ("exploding", "doubles")
    return Verdict(kind, half_life, rate, count, f"{kind}: {what} every {half_life:.3g} steps")


def _slope(steps: np.ndarray, values: np.ndarray) -> float:
    """Median slope over all pairs of steps; 0 for a single one."""
    if len(steps) < 2:
        return 0.0
    if len(steps) > _SLOPES:
        chosen = np.unique(np.linspace(0, len(steps) - 1, _SLOPES).round().astype(int))
        steps, values = steps[chosen], values[chosen]
    i, j = np.triu_indices(len(steps), 1)
    return float(np.median((values[j] - values[i]) / (steps[j] - steps[i])))
