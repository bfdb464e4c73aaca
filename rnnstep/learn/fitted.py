"""The result of a fit that is no training, in the form that training gives."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from ..cells.cell import Cell
from ..equations.sizes import Sizes
from .batch import Batch, Sampler
from .loss import evaluate
from .recipes import Counting, LeastSquares
from .train import Check, TrainResult


def fitted_result(
    cell: Cell,
    sizes: Sizes,
    params: dict[str, np.ndarray],
    batch: Batch,
    recipe: LeastSquares | Counting,
    validation: Sampler | None,
    facts: Mapping[str, object],
    began: float,
) -> TrainResult:
    """Check fitted parameters once: on what ``validation`` draws, or else on what they fit.

    Parameters
    ----------
    batch : Batch
        What they were fitted to.
    facts : mapping
        What there is to say about the fit; the loss on ``batch`` is added as ``fitted``.
    began : float
        When the work began, by ``time.perf_counter``.
    """
    own = evaluate(cell, params, batch, sizes)
    found = own
    if validation is not None:
        rng = np.random.default_rng(recipe.seed)
        found = evaluate(cell, params, validation.sample(rng, recipe.check_count), sizes)
    check = Check(0, own.loss, found.loss, found.accuracy, float("nan"), found.whole)
    return TrainResult(
        params, 0, None, (check,), False, time.perf_counter() - began,
        {**facts, "fitted": own.loss},
    )  # fmt: skip
