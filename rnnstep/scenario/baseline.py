"""What can be had without memory, to hold a model's checks against.

A generator states it itself. Over a series of numbers it is the naive forecast, "what comes is as
what is there now"; over other classes the most frequent one. Both are scored on sequences like
those of the checks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..learn import GOALS
from .inputs import Source
from .scenario import Training

_SEED = 314_159
"""Seed of the sequences that a baseline is scored on, where the generator does not state it."""


@dataclass(frozen=True)
class CheckBaseline:
    """A score that needs no memory, by the measure that a training's goal has.

    Attributes
    ----------
    name : str
        "memoryless", "naive forecast" or "most frequent".
    measure : {"accuracy", "loss"}
        What it is the value of.
    value : float
    """

    name: str
    measure: str
    value: float

    def ratio(self, value: float) -> float:
        """How many times the baseline a value is; NaN if that is zero."""
        return value / self.value if self.value else float("nan")


def baseline_of(source: Source, training: Training) -> CheckBaseline | None:
    """The baseline of a model's checks, or None if there is none.

    Parameters
    ----------
    source : Source
    training : Training
        Whose checks are meant.
    """
    if source.fresh is not None and training.sampler is source.fresh:
        known = source.fresh.baseline
        recipe = training.recipe
        goals = {name for name in GOALS if getattr(recipe, name, None) is not None}
        if known.accuracy is None or goals == {"stop_loss"}:
            return CheckBaseline("memoryless", "loss", known.loss)
        return CheckBaseline("memoryless", "accuracy", known.accuracy)
    sampler = training.validation or training.sampler
    batch = sampler.sample(np.random.default_rng(_SEED), training.recipe.check_count)
    if not batch.asked.any():
        return None
    if batch.classes:
        counts = np.bincount(batch.target[batch.asked])
        return CheckBaseline("most frequent", "accuracy", float(counts.max() / counts.sum()))
    if batch.target.shape[2] != batch.x.shape[2]:
        return None
    error = (batch.x - batch.target)[batch.asked]
    return CheckBaseline("naive forecast", "loss", float(np.mean(error * error)))
