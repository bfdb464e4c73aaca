"""Cells that answer from a table of probabilities: which table, its contexts, the long run.

A cell is such a chain if what it answers are probabilities, and their equation is a matrix times
the last symbol, or times ``outer`` of the last ones, one-hot each: then every column of the matrix
holds what follows one context. It is found in the equations, whatever the cell is called.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..equations import syntax as s
from .cell import Cell

Array = np.ndarray

_MOST = 400
"""Contexts up to which the long run is worked out."""

_SUM = 1e-6


@dataclass(frozen=True)
class Chain:
    """The table of a cell.

    Attributes
    ----------
    table : str
        The matrix, answers × contexts.
    context : Expression
        What it is multiplied with.
    order : int
        Symbols of a context.
    """

    table: str
    context: s.Expression
    order: int


def chain_of(cell: Cell) -> Chain | None:
    """The table that a cell answers from, if it answers from one."""
    if cell.readout != "probabilities":
        return None
    node = cell.graph.signals[cell.answer].equation.expression
    if not (isinstance(node, s.Binary) and node.op == "@" and isinstance(node.left, s.Name)):
        return None
    order = _symbols(node.right, cell)
    return Chain(node.left.id, node.right, order) if order else None


def _symbols(node: s.Expression, cell: Cell) -> int:
    """How many symbols a context is made of; 0 if it is something else."""
    if isinstance(node, s.Name | s.Lagged):
        return 1 if node.id in cell.inputs else 0
    if isinstance(node, s.Call) and node.function == "outer":
        parts = [_symbols(argument, cell) for argument in node.arguments]
        return sum(parts) if all(parts) else 0
    return 0


def context_symbols(index: int, order: int, count: int) -> tuple[int, ...]:
    """The symbols of a context, the newest first, as numbers from 0 to ``count - 1``."""
    return tuple(index // count ** (order - 1 - place) % count for place in range(order))


def stationary(table: Array, order: int = 1) -> Array | None:
    """How often each symbol comes in the long run.

    Parameters
    ----------
    table : (K, K**order) ndarray
        Column j holds the probabilities of what follows context j, the newest symbol counting most.
    order : int

    Returns
    -------
    (K,) ndarray or None
        None where no single answer exists (a chain that never leaves a part of itself has one for
        each part), where the columns are no probabilities, or with more than 400 contexts.
    """
    count, contexts = table.shape
    sums = table.sum(axis=0)
    if contexts != count**order or contexts > _MOST or not np.isfinite(table).all():
        return None
    if (table < 0).any() or np.abs(sums - 1).max() > _SUM:
        return None
    # From context (a, b, …) the next symbol n leads to (n, a, …): the oldest one is forgotten.
    step = np.zeros((contexts, contexts))
    kept = np.arange(contexts) // count
    for symbol in range(count):
        step[symbol * (contexts // count) + kept, np.arange(contexts)] = table[symbol]
    _, sizes, rows = np.linalg.svd(step - np.eye(contexts))
    if contexts > 1 and sizes[-2] < 1e-9:
        return None
    share = np.abs(rows[-1])
    return (share / share.sum()).reshape(count, -1).sum(axis=1)
