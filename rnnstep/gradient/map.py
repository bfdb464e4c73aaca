"""The map of a reach: log norms between all pairs of chosen steps, by products between them.

Walking back from the last chosen step, the rows of every later step are carried along in one tall
matrix, so that a step between two chosen ones costs one product, whatever their number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .jacobians import Jacobians
from .norms import spectral_norms
from .scaled import common, log10_of, rescale

Array = np.ndarray

_SPREAD = 400
"""Powers of two that the rows of one product may differ by before it is applied step by step."""


def norm_map(
    jacobians: Jacobians,
    where: slice,
    grid: Sequence[int],
    progress: Callable[[float], object] | None,
) -> Array:
    """log10 norms for all pairs of ``grid``; see :meth:`Flow.map`."""
    count, size = len(grid), where.stop - where.start
    found = np.full((count, count), np.nan)
    whole = jacobians.layout.size
    rows = np.zeros((0, whole))
    exponents = np.zeros(0, int)
    guess: Array | None = None
    done = 0
    for b in range(count - 1, -1, -1):
        if b < count - 1:
            rows = _carried(jacobians, rows, exponents, grid[b + 1], grid[b])
            blocks = rows[:, where].reshape(-1, size, size)
            powers = exponents.reshape(-1, size)
            parts = [common(block, power) for block, power in zip(blocks, powers, strict=True)]
            norms, left = spectral_norms(np.stack([part for part, _ in parts]), guess)
            found[count - 1 : b : -1, b] = log10_of(norms, np.array([top for _, top in parts]))
            guess = np.concatenate([left, np.full((1, size), 1 / np.sqrt(size))])
        found[b, b] = 0.0
        rows = np.concatenate([rows, np.eye(whole)[where]])
        exponents = np.concatenate([exponents, np.zeros(size, int)])
        done += count - b
        if progress:
            progress(2 * done / (count * (count + 1)))
    return found


def _carried(
    jacobians: Jacobians, rows: Array, exponents: Array, start: int, stop: int
) -> Array:
    """Rows taken from step ``start`` back to ``stop``; their exponents are changed in place."""
    whole = jacobians.layout.size
    # The product of the steps between pays where it has fewer rows than those to be carried.
    if start - stop > 1 and len(rows) > whole:
        product, powers = np.eye(whole), np.zeros(whole, int)
        for step in range(start, stop, -1):
            product = jacobians.stretch(step).pull(product, step)
            rescale(product, powers)
        if powers.max() - powers.min() <= _SPREAD:
            with np.errstate(all="ignore"):
                # Powers of two on the columns are exact, and the largest is taken out.
                top = int(powers.max())
                rows = np.ldexp(rows, powers - top) @ product
            exponents += top
            rescale(rows, exponents)
            return rows
    for step in range(start, stop, -1):
        with np.errstate(all="ignore"):
            rows = jacobians.stretch(step).pull(rows, step)
        rescale(rows, exponents)
    return rows
