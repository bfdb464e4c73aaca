"""The reference interpreter: a cell's equations, one at a time, exactly as they are written.

It favours being obviously right over speed; the compiler is held equal to it. Arrays may have any
leading shape; units are the last axis. Complex arrays go through, for complex-step derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from ..errors import SignalError
from . import syntax as s
from .functions import FUNCTIONS, Array, history
from .graph import Graph
from .history import history_name, history_of

Values = Mapping[str, Array]
Past = Callable[[str, int], Array]


def evaluate(node: s.Expression, now: Values, past: Past) -> Array:
    """Value of one expression.

    Parameters
    ----------
    node : Expression
        An expression of the language of cells.
    now : mapping of str to (..., n) ndarray
        Inputs, their histories (as ``"history(x)"``), parameters and the signals of this step that
        are known already.
    past : callable
        ``past(name, k)`` is the value of ``name`` k steps ago.

    Returns
    -------
    (..., n) ndarray
    """
    if isinstance(node, s.Number):
        return np.full(1, node.value)
    if isinstance(node, s.Name):
        try:
            return now[node.id]
        except KeyError:
            raise SignalError(f"{node.id} has no value here") from None
    if isinstance(node, s.Lagged):
        return past(node.id, node.lag)
    if isinstance(node, s.Unary):
        return np.negative(evaluate(node.operand, now, past))
    history = history_of(node)
    if history is not None:
        return evaluate(s.Name(history_name(history)), now, past)
    if isinstance(node, s.Call):
        arguments = [evaluate(argument, now, past) for argument in node.arguments]
        return FUNCTIONS[node.function].forward(*arguments)
    if isinstance(node, s.Binary):
        left, right = evaluate(node.left, now, past), evaluate(node.right, now, past)
        if history_of(node.right) is not None:
            # The columns of what lies before step 1 have nothing to meet.
            left = left[:, : right.shape[-1]]
        return OPERATORS[node.op](left, right)
    raise TypeError(f"{type(node).__name__} is not part of the language of cells")


def _product(matrix: Array, vector: Array) -> Array:
    return np.matmul(vector, matrix.T)


OPERATORS: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "@": _product,
}


def micro_steps(
    graph: Graph,
    params: Values,
    inputs: Values,
    past: Past,
    change: Callable[[str, Array], Array] | None = None,
) -> Iterator[tuple[str, Array]]:
    """Compute one step, yielding (signal, value) after each equation.

    Parameters
    ----------
    graph : Graph
    params, inputs : mapping of str to ndarray
        Parameters, and the inputs of this step with the histories that are read.
    past : callable
        ``past(name, k)`` is the value of a signal or an input k steps ago.
    change : callable, optional
        ``change(name, value)`` is what the later equations find instead of an equation's value.
    """
    now: dict[str, Array] = {**params, **inputs}
    for equation in graph.equations:
        with np.errstate(all="ignore"):
            value = evaluate(equation.expression, now, past)
        if change:
            value = change(equation.name, value)
        now[equation.name] = value
        yield equation.name, value


def initial_rows(value: Array | None, lag: int, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """The ``lag`` rows before step 1, oldest first: zeros, one value at time 0, or all given."""
    rows = np.zeros((lag, *shape), dtype)
    if value is not None:
        every = np.ndim(value) == len(shape) + 1
        rows[slice(None) if every else -1] = value
    return rows


def interpret(
    graph: Graph,
    params: Values,
    x: Array,
    initial: Values,
    units: Mapping[str, int],
    change: Callable[..., Array] | None = None,
) -> dict[str, Array]:
    """Run a whole sequence, equation by equation.

    Parameters
    ----------
    graph : Graph
        With ``x`` as its only input.
    params : mapping of str to ndarray
    x : (T, ..., D) ndarray
        The input of steps 1..T.
    initial : mapping of str to ndarray
        States at time 0, ``(..., H)``; or ``(lag, ..., H)``, oldest first, for a signal that is
        read further back than one step. Missing ones are zero.
    units : mapping of str to int
        Size of every signal.
    change : callable, optional
        ``change(name, value, t)`` is a patched value.

    Returns
    -------
    mapping of str to (T+1, ..., n) ndarray
        By signal, index 0 the initial state, NaN there for what is no state.
    """
    lead = x.shape[1:-1]
    dtype = np.result_type(x, *params.values(), *initial.values())
    length = len(x)
    recorded = {
        name: np.full((length + 1, *lead, units[name]), np.nan, dtype) for name in graph.signals
    }
    before: dict[str, Array] = {}
    for name, lag in graph.lags.items():
        before[name] = initial_rows(initial.get(name), lag, (*lead, units[name]), dtype)
        if name in recorded:
            recorded[name][0] = before[name][-1]
    for t in range(1, length + 1):

        def past(name: str, k: int, t: int = t) -> Array:
            at = t - k
            if name == "x":
                return x[at - 1] if at >= 1 else before[name][at - 1]
            return recorded[name][at] if at >= 0 else before[name][at - 1]

        inputs = {"x": x[t - 1]}
        inputs |= {history_name(name): history(x[:t]) for name in graph.histories}
        here = partial(change, t=t) if change else None
        for name, value in micro_steps(graph, params, inputs, past, here):
            recorded[name][t] = value
    return recorded
