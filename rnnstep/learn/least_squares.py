"""Fitting by ordinary least squares, for models whose answer is affine in their parameters.

That an answer is affine is read off the equations. Then it is ``y_0 + J θ``: y_0 is the run with
all parameters zero, and each column of J a run with one of them one, so the regressors are the
model's own. J θ = target - y_0 is solved through the singular values of J, with the
columns of J scaled to length 1: so the units of a parameter decide neither about the rank nor about
the digits of the result.

Where the columns depend on each other there is no one best fit: an error says so, unless the
minimum-norm solution is asked for (Golub and Van Loan 2013, section 5.5). The naive model always
needs it: with one weight for each step back it has as many parameters as data, and the weights of
lags that no step of the stretch can have stay zero.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ..cells.cell import Cell
from ..equations import syntax as s
from ..equations.compiled import compile_cell
from ..equations.functions import FUNCTIONS
from ..equations.graph import Graph
from ..equations.sizes import Sizes
from ..errors import ParamsError, listed
from .batch import Batch, Sampler
from .fitted import fitted_result
from .loss import answer_signal
from .recipes import LeastSquares
from .train import Check, TrainResult

Array = np.ndarray
_LINEAR = ("identity", "sum", "concat")
_NAMED = 6


def fit_least_squares(
    cell: Cell,
    sizes: Sizes,
    sampler: Sampler,
    recipe: LeastSquares,
    progress: Callable[[Check], object] | None = None,
    validation: Sampler | None = None,
) -> TrainResult:
    """Fit a model; there is nothing random in it but a generator's sequences.

    Parameters
    ----------
    cell : Cell
        With its readout.
    sizes : Sizes
    sampler : Sampler
    recipe : LeastSquares
    progress : callable, optional
        Not called: there is nothing to wait for.
    validation : Sampler, optional
        Draws what the result is checked on; by default what it was fitted to.

    Returns
    -------
    TrainResult
        Its ``facts`` say how many equations and parameters there were, and the rank.

    Raises
    ------
    ParamsError
        If the answer is not affine in the parameters, there is no data, or no single best fit.
    """
    began = time.perf_counter()
    check_affine(cell)
    batch = sampler.sample(np.random.default_rng(recipe.seed), recipe.samples)
    design, wanted = _design(cell, sizes, batch)
    names = _entries(sizes)
    rank = _rank(design)
    if rank < len(names) and not recipe.minimum_norm:
        raise ParamsError(
            f"{cell.name}: {len(design)} equations for {len(names)} parameters, of rank {rank}:"
            f" there is no one best fit. {_culprits(design, names)}. With minimum_norm: true the"
            " smallest of the best fits is taken"
        )
    params = _unflatten(_solution(design, wanted, rank), sizes)
    facts = {"equations": len(design), "parameters": len(names), "rank": rank}
    return fitted_result(cell, sizes, params, batch, recipe, validation, facts, began)


def check_affine(cell: Cell) -> None:
    """Raise ParamsError unless a model's answer is affine in its parameters."""
    degrees = _degrees(cell.graph)
    if degrees[cell.answer] < 2:
        return
    equation = next(e for e in cell.graph.equations if degrees[e.name] == 2)
    raise ParamsError(
        f"least squares needs an answer that is linear in the parameters; {cell.name} has"
        f" {equation.text!r}, which is not"
    )


def _degrees(graph: Graph) -> dict[str, int]:
    """Of every signal: 0 free of parameters, 1 affine in them, 2 neither."""
    found = dict.fromkeys(graph.signals, 0)
    while True:
        before = dict(found)
        for equation in graph.equations:
            found[equation.name] = _degree(equation.expression, found, graph)
        if found == before:
            return found


def _degree(node: s.Expression, signals: dict[str, int], graph: Graph) -> int:
    if isinstance(node, s.Name):
        return 1 if node.id in graph.params else signals.get(node.id, 0)
    if isinstance(node, s.Lagged):
        return signals.get(node.id, 0)
    parts = [_degree(child, signals, graph) for child in node.children()]
    highest = max(parts, default=0)
    if highest == 0 or isinstance(node, s.Unary):
        return highest
    if isinstance(node, s.Binary):
        if node.op in ("+", "-"):
            return highest
        if node.op == "/":
            return 2 if parts[1] else parts[0]
        return 2 if node.op == "**" else min(sum(parts), 2)
    assert isinstance(node, s.Call)
    if FUNCTIONS[node.function].kind == "outer":
        return min(sum(parts), 2)
    return highest if node.function in _LINEAR else 2


def _design(cell: Cell, sizes: Sizes, batch: Batch) -> tuple[Array, Array]:
    """The matrix J, a row for each number that is asked, and what it is to give."""
    if batch.classes:
        raise ParamsError("least squares needs targets that are numbers, not classes")
    asked = batch.asked_after(cell.warm_up).asked
    if not asked.any():
        first = f"; its first answer comes at step {cell.warm_up + 1}" if cell.warm_up else ""
        raise ParamsError(f"{cell.name}: nothing to fit in {len(batch.x)} steps{first}")
    model = compile_cell(cell.graph, sizes)
    signal = answer_signal(cell, False)

    def answers(flat: Array) -> Array:
        return model.run(_unflatten(flat, sizes), batch.x)[signal][1:][asked].reshape(-1)

    free = answers(np.zeros(sizes.count))
    columns = [answers(unit) - free for unit in np.eye(sizes.count)]
    return np.stack(columns, axis=1), batch.target[asked].reshape(-1) - free


def _unflatten(flat: Array, sizes: Sizes) -> dict[str, Array]:
    """Parameters by name from all their numbers in one row."""
    found, at = {}, 0
    for name, shape in sizes.params.items():
        count = int(np.prod(shape))
        found[name] = flat[at : at + count].reshape(shape).copy()
        at += count
    return found


def _entries(sizes: Sizes) -> list[str]:
    """How each number of the parameters is called: ``phi_2``, ``W[0,5]``."""
    found = []
    for name, shape in sizes.params.items():
        places = list(np.ndindex(*shape))
        found += [
            name if len(places) == 1 else f"{name}[{','.join(map(str, place))}]" for place in places
        ]
    return found


def _lengths(design: Array) -> Array:
    """The length of each column; 1 where all is zero."""
    lengths = np.linalg.norm(design, axis=0)
    return np.where(lengths > 0, lengths, 1)


def _scaled(design: Array) -> Array:
    """Columns of length 1, so that units do not decide about the rank; zeros stay zero."""
    return design / _lengths(design)


def _solution(design: Array, wanted: Array, rank: int) -> Array:
    """The best fit; of several the smallest, in the parameters' own units."""
    lengths = _lengths(design)
    wide = design.shape[0] < design.shape[1]
    left, values, rows = np.linalg.svd(_scaled(design), full_matrices=wide)
    flat = rows[:rank].T @ ((left[:, :rank].T @ wanted) / values[:rank]) / lengths
    free, _ = np.linalg.qr(rows[rank:].T / lengths[:, None])
    return flat - free @ (free.T @ flat)


def _rank(design: Array) -> int:
    return int(np.linalg.matrix_rank(_scaled(design)))


def _culprits(design: Array, names: list[str]) -> str:
    """Which parameters meet no data, and which can be traded for each other."""
    idle = np.linalg.norm(design, axis=0) == 0
    said = []
    if idle.any():
        said.append(f"{_some([n for n, no in zip(names, idle, strict=True) if no])} meet no data")
    rest = _scaled(design[:, ~idle])
    _, values, rows = np.linalg.svd(rest)
    small = np.ones(rest.shape[1], bool)
    small[: len(values)] = values <= values.max(initial=0) * max(rest.shape) * np.finfo(float).eps
    taking_part = np.abs(rows[small]).max(axis=0, initial=0) > 1e-8
    traded = [n for n, part in zip(np.array(names)[~idle], taking_part, strict=True) if part]
    if traded:
        said.append(f"{_some(traded)} can be traded for each other")
    return "; ".join(said)


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return listed(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
