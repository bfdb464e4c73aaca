"""Rows of numbers far beyond what a float holds: each row has a power of two of its own.

A product of Jacobians with contraction 0.5 underflows after some 1000 steps. Scaling by powers of
two is exact, so nothing is lost and nothing rounds otherwise than it would have.
"""

from __future__ import annotations

import math

import numpy as np

Array = np.ndarray

LOG10_2 = math.log10(2.0)
_SMALL, _LARGE = 1e-60, 1e60


def rescale(rows: Array, exponents: Array) -> None:
    """Bring rows (m, n) that have become too small or too large back near 1, in place.

    ``exponents`` (m,) are the powers of two that the rows are to be multiplied with. Rows that are
    zero or not finite stay as they are.
    """
    with np.errstate(all="ignore"):
        square = np.einsum("ij,ij->i", rows, rows)
    odd = ~((square >= _SMALL**2) & (square <= _LARGE**2))
    if not odd.any():
        return
    which = np.flatnonzero(odd)
    largest = np.abs(rows[which]).max(axis=1, initial=0)
    usable = np.isfinite(largest) & (largest > 0)
    which, largest = which[usable], largest[usable]
    shift = np.frexp(largest)[1]
    rows[which] = np.ldexp(rows[which], -shift[:, None])
    exponents[which] += shift


def common(rows: Array, exponents: Array) -> tuple[Array, int]:
    """Rows with one power of two for all of them: (rows, exponent).

    What is too small beside the largest row to be a float becomes zero.
    """
    if (exponents == exponents[0]).all():
        return rows, int(exponents[0])
    alive = np.abs(rows).max(axis=1) > 0
    top = int(exponents[alive].max()) if alive.any() else int(exponents[0])
    # ldexp takes a C int; what lies this far below is zero anyway.
    shift = np.maximum(exponents - top, -4000)
    return np.ldexp(rows, np.where(alive, shift, 0)[:, None]), top


def log10_of(norms: Array, exponents: Array | int) -> Array:
    """log10 of ``norms · 2^exponents``; -inf for zero."""
    with np.errstate(divide="ignore"):
        return np.log10(norms) + np.asarray(exponents, float) * LOG10_2
