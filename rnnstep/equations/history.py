"""The whole past of an input as one vector, ``history(x)``: its views and its products.

An input is kept once more, newest value first and contiguous: all of ``x_T, …, x_1`` behind each
other. The history at step t, ``x_t, …, x_1``, is the end of that array: a view, never a copy. A
product with it takes the first t·D columns of the matrix, so the work of a step grows with t.

Index convention: ``history(x)`` at step t starts ``(T - t) * D`` numbers into the array, where T is
the step whose value stands in front.
"""

from __future__ import annotations

import numpy as np

from . import syntax as s
from .functions import FUNCTIONS, Array


def history_of(node: s.Expression) -> str | None:
    """The input whose whole past a node is; None for any other node."""
    if isinstance(node, s.Call) and node.function in FUNCTIONS:
        inside = node.arguments[0] if node.arguments else None
        if FUNCTIONS[node.function].kind == "history" and isinstance(inside, s.Name):
            return inside.id
    return None


def history_name(name: str) -> str:
    """How the history of an input is named among sizes, inputs and values: ``history(x)``."""
    return f"history({name})"


def history_product(history: Array, matrix: Array, size: int, ahead: int, count: int) -> Array:
    """Products of a matrix with the histories of neighbouring steps.

    Parameters
    ----------
    history : (..., n) ndarray
        Values, the newest first.
    matrix : (N, K) ndarray
        Transposed: row block k belongs to the value k steps ago.
    size : int
        D, the numbers a step.
    ahead : int
        How many steps' values stand in ``history`` before what was there at the step before the
        first.
    count : int
        Steps.

    Returns
    -------
    (count, ..., K) ndarray
    """
    lead = history.shape[:-1]
    rows = history.reshape(-1, history.shape[-1]) if len(lead) > 1 else history
    out = np.empty((count, *rows.shape[:-1], matrix.shape[1]), history.dtype)
    for step in range(count):
        known = rows[..., (ahead - 1 - step) * size :]
        np.dot(known, matrix[: known.shape[-1]], out=out[step])
    return out.reshape(count, *lead, matrix.shape[1])


def history_gradient(adjoint: Array, history: Array, size: int, columns: int) -> Array:
    """Gradient by the matrix, ``(K, columns)``, from the products' adjoints, ``(T, ..., K)``."""
    rows = history.reshape(-1, history.shape[-1])
    flat = adjoint.reshape(len(adjoint), -1, adjoint.shape[-1])
    found = np.zeros((adjoint.shape[-1], columns), adjoint.dtype)
    for step in range(len(adjoint)):
        known = rows[:, (len(adjoint) - 1 - step) * size :]
        found[:, : known.shape[1]] += np.dot(flat[step].T, known)
    return found


def history_adjoint(adjoint: Array, matrix: Array, size: int) -> Array:
    """Gradient by the input, ``(T, ..., D)``, from the products' adjoints, ``(T, ..., K)``."""
    length, lead = len(adjoint), adjoint.shape[1:-1]
    found = np.zeros((*lead, length * size), adjoint.dtype)
    for step in range(length):
        known = (step + 1) * size
        found[..., length * size - known :] += np.dot(adjoint[step], matrix[:, :known])
    return np.moveaxis(found.reshape(*lead, length, size), -2, 0)[::-1]
