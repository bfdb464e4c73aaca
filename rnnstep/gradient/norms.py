"""Spectral norms of many matrices at once, to rounding.

Products of Jacobians soon have one direction that outweighs all others, and then a few steps of the
power method give the norm. Whether they have is certified and not hoped for: with λ the Rayleigh
quotient of A Aᵀ, ρ its residual and τ = ‖A‖²_F the sum of all eigenvalues, λ > τ - λ says that no
other eigenvalue can be larger, and the true one lies within ρ²/(2λ - τ) of λ (Kato and Temple).
Where that is not below rounding the eigenvalues of Aᵀ A are computed instead.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray

_ROUNDS, _HOPEFUL_ROUNDS = 3, 20
_TOLERANCE = 1e-15
_SMALL, _LARGE = 1e-60, 1e60


def spectral_norms(matrices: Array, guess: Array | None = None) -> tuple[Array, Array]:
    """The spectral norm of each matrix.

    Parameters
    ----------
    matrices : (count, m, n) ndarray
    guess : (m,) or (count, m) ndarray, optional
        Where the power method begins, as near as is known to the largest left singular vectors.

    Returns
    -------
    norms : (count,) ndarray
        NaN for a matrix that is not finite.
    left : (count, m) ndarray
        Left singular vectors, as far as they were found: a guess for neighbours.
    """
    count, m, n = matrices.shape
    with np.errstate(all="ignore"):
        square = np.einsum("kij,kij->k", matrices, matrices)
    scale = np.ones(count)
    odd = ~((square >= _SMALL**2) & (square <= _LARGE**2))
    if odd.any():
        largest = np.abs(matrices[odd]).max(axis=(1, 2))
        scale[odd] = np.where(np.isfinite(largest) & (largest > 0), largest, 1)
        matrices = matrices.copy()
        matrices[odd] /= scale[odd, None, None]
        square = np.einsum("kij,kij->k", matrices, matrices)
    if min(m, n) == 1:
        return np.sqrt(square) * scale, np.ones((count, m)) / np.sqrt(m)
    left = np.empty((count, m))
    left[...] = 1 / np.sqrt(m) if guess is None else guess
    found = np.where(np.isfinite(square), 0.0, np.nan)
    open_ = np.isfinite(square) & (square > 0)
    going = open_.copy()
    for number in range(_HOPEFUL_ROUNDS):
        which = np.flatnonzero(going)
        if not len(which):
            break
        part = matrices if len(which) == count else matrices[which]
        norms, vectors, sure, hopeful = _power(part, left[which], square[which])
        left[which] = vectors
        found[which[sure]] = norms[sure]
        open_[which[sure]] = False
        going[which] = ~sure & (hopeful | (number < _ROUNDS))
    which = np.flatnonzero(open_)
    if len(which):
        part = matrices[which]
        gram = np.matmul(part.swapaxes(1, 2), part) if n <= m else part @ part.swapaxes(1, 2)
        found[which] = np.sqrt(np.maximum(np.linalg.eigvalsh(gram)[:, -1], 0))
    return found * scale, left


def _power(part: Array, left: Array, square: Array) -> tuple[Array, Array, Array, Array]:
    """One round: norms, new vectors, which are certified, and which can be by more rounds."""
    with np.errstate(all="ignore"):
        right = np.matmul(left[:, None, :], part)
        value = np.einsum("kij,kij->k", right, right)
        again = np.matmul(right, part.swapaxes(1, 2))[:, 0]
        residual = again - value[:, None] * left
        rest = np.einsum("ki,ki->k", residual, residual)
        gap = 2 * value - square
        # A residual below rounding is the best that can be had.
        sure = (gap > 0) & (rest <= _TOLERANCE * value * gap)
        length = np.sqrt(np.einsum("ki,ki->k", again, again))
        usable = np.isfinite(length) & (length > 0)
        vectors = np.where(usable[:, None], again / length[:, None], left)
    return np.sqrt(value), vectors, sure, gap > 0
