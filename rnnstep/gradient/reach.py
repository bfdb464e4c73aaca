"""How much of each earlier state still reaches step t: the norms ‖∂s_t/∂s_k‖, walking backwards.

∂h_t/∂h_k is the block of the product J_t ⋯ J_{k+1} of the whole state's Jacobians that belongs to
h: h_k is a value of its own, and the other states of step k are held. It is what automatic
differentiation gives with every h_k and c_k as a leaf.

Source: Pascanu, Mikolov, Bengio 2013 (arXiv:1211.5063), eq. 5 and 6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .jacobians import Jacobians
from .norms import spectral_norms
from .scaled import common, log10_of, rescale

Array = np.ndarray
Factors = Callable[[int, int], Array]
"""``factors(first, last)``: how much of each unit the gate keeps at these steps, (steps, n)."""


@dataclass(frozen=True, eq=False)
class Reach:
    """What reaches a step from each step before it.

    Attributes
    ----------
    state : str
        The state, or ``all``.
    t : int
    path : {"total", "direct", "gates"}
    steps : (n,) ndarray of int
        k, from the first step asked for to t.
    log10 : (n,) ndarray
        log10 of the spectral norm ‖∂s_t/∂s_k‖; 0 at k = t (-inf on the path through the gates),
        -inf for exactly zero, NaN from where a Jacobian is not finite.
    """

    state: str
    t: int
    path: str
    steps: Array
    log10: Array

    @property
    def nonfinite(self) -> int | None:
        """The latest step whose Jacobian is not finite, if there is one."""
        bad = np.flatnonzero(np.isnan(self.log10))
        return int(self.steps[bad[-1]]) + 1 if len(bad) else None


class Walk:
    """The product of Jacobians from step t back to some k, which can be walked further.

    With ``factors`` the direct path is taken off: what remains is the path through the gates.
    """

    def __init__(
        self, jacobians: Jacobians, where: slice, t: int, factors: Factors | None = None
    ) -> None:
        self.jacobians = jacobians
        self.where = where
        self.at = t
        self.factors = factors
        count = where.stop - where.start
        self.rows = np.eye(jacobians.layout.size)[where].copy()
        self.exponents = np.zeros(count, int)
        self.direct = np.ones((count, 1))
        self.direct_exponents = np.zeros(count, int)
        self.log10: list[float] = [0.0 if factors is None else -np.inf]
        self._guess: Array | None = None

    def to(self, first: int) -> Array:
        """Walk back to a step, if that is still to be done; log10 norms of k = t, t-1 … first."""
        while self.at > first:
            stretch = self.jacobians.stretch(self.at)
            low = max(first, stretch.first - 1)
            blocks = np.empty((self.at - low, len(self.rows), len(self.rows)))
            tops = np.empty(len(blocks), int)
            keep = None if self.factors is None else self.factors(low + 1, self.at)
            with np.errstate(all="ignore"):
                for number, step in enumerate(range(self.at, low, -1)):
                    self.rows = stretch.pull(self.rows, step)
                    rescale(self.rows, self.exponents)
                    block = self.rows[:, self.where]
                    if keep is not None:
                        block = self._without_direct(block, keep[step - low - 1])
                    blocks[number], tops[number] = common(block, self.exponents)
            norms, left = spectral_norms(blocks, self._guess)
            self._guess = left[-1]
            self.log10 += log10_of(norms, tops).tolist()
            self.at = low
        return np.array(self.log10[: self.log10_length(first)])

    def log10_length(self, first: int) -> int:
        """How many of ``log10`` belong to the steps from ``first`` on."""
        return len(self.log10) + self.at - first

    def _without_direct(self, block: Array, keep: Array) -> Array:
        self.direct *= keep[:, None]
        rescale(self.direct, self.direct_exponents)
        block = block.copy()
        units = np.arange(len(block))
        shift = np.clip(self.direct_exponents - self.exponents, -4000, 4000)
        block[units, units] -= np.ldexp(self.direct[:, 0], shift)
        return block


def direct_reach(factors: Array) -> Array:
    """log10 norms of products of diagonal matrices, from the last step backwards.

    Parameters
    ----------
    factors : (n, units) ndarray
        The diagonals of steps first + 1 to t.

    Returns
    -------
    (n + 1,) ndarray
        For k = t, t-1 … first.
    """
    with np.errstate(all="ignore"):
        logs = np.cumsum(np.log10(np.abs(factors[::-1])), axis=0)
    return np.concatenate([[0.0], logs.max(axis=1)])
