"""The long run of a Markov chain of any order: the stationary distribution of its symbols.

A chain of order k is one of order 1 over contexts of k symbols: from (s_1, …, s_k), newest first,
to (s_0, s_1, …, s_{k-1}). Its stationary distribution solves π = M π, Σ π = 1; that of the symbols
is its sum over everything but the newest. Source: Norris 1997, section 1.7.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..cells.cell import Cell
from ..errors import ParamsError
from .counting import counted_table

Array = np.ndarray
MOST = 4096
"""Contexts that are worked with at most."""


def stationary_distribution(cell: Cell, params: Mapping[str, Array]) -> Array:
    """Share of each symbol in the long run.

    Parameters
    ----------
    cell : Cell
        A Markov chain, of any order.
    params : mapping of str to ndarray

    Returns
    -------
    (K,) ndarray

    Raises
    ------
    ParamsError
        If the model is no chain over its own symbols, has too many contexts, or its chain has
        parts that never meet, so that the long run depends on where it starts.
    """
    name, _ = counted_table(cell)
    table = params[name]
    symbols, contexts = table.shape
    if contexts > MOST or symbols ** (cell.window or 0) != contexts:
        raise ParamsError(
            f"{name} has {contexts} contexts for {symbols} symbols; the long run is worked out for"
            f" chains over their own symbols with at most {MOST} contexts"
        )
    older = contexts // symbols
    moves = np.zeros((contexts, contexts))
    at = np.arange(contexts)
    for symbol in range(symbols):
        # The newest symbol counts most; the oldest drops out.
        moves[symbol * older + at // symbols, at] += table[symbol]
    unchanged = moves - np.eye(contexts)
    values = np.linalg.svd(unchanged, compute_uv=False)
    if (values < 1e-9).sum() > 1:
        raise ParamsError(
            f"the chain of {cell.name} falls into parts that never meet: its long run depends on"
            " where it starts"
        )
    system = np.vstack([unchanged, np.ones(contexts)])
    shares = np.linalg.lstsq(system, np.append(np.zeros(contexts), 1.0), rcond=None)[0]
    return np.asarray(shares.reshape(symbols, older).sum(axis=1))
