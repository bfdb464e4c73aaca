"""Counting: the maximum likelihood of a table of probabilities, with or without smoothing.

For a model whose answer is one table times its context, ``y = P @ …`` with a context of inputs
alone that is one-hot: the Markov chain. Column c of P becomes (n_kc + α) / (Σ n_kc + K α), where
n_kc is how often class k was due in context c. With α = 0 that is the maximum likelihood; α = 1 is
Laplace's rule.

What was never seen: a context that did not occur says nothing about what follows, so its column is
uniform, 1/K, whatever α is, and the result says how many such columns there are. A class that was
never due has probability 0 everywhere if α = 0 (its log-loss is infinite should it come), and the
result names it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ..cells.cell import Cell
from ..cells.chain import chain_of
from ..equations import syntax as s
from ..equations.interpret import evaluate as value_of
from ..equations.sizes import Sizes
from ..errors import ParamsError
from .batch import Batch, Sampler
from .fitted import fitted_result
from .recipes import Counting
from .train import Check, TrainResult

Array = np.ndarray


def fit_counting(
    cell: Cell,
    sizes: Sizes,
    sampler: Sampler,
    recipe: Counting,
    progress: Callable[[Check], object] | None = None,
    validation: Sampler | None = None,
) -> TrainResult:
    """Count a model's table; see :func:`rnnstep.learn.least_squares.fit_least_squares`.

    Returns
    -------
    TrainResult
        Its ``facts``: ``counted`` (how often something was due), ``contexts``, ``contexts_unseen``,
        ``never_due`` (numbers of the classes).

    Raises
    ------
    ParamsError
        If the model has no such table, its contexts are not one-hot, or nothing is asked.
    """
    began = time.perf_counter()
    name, context = counted_table(cell)
    batch = sampler.sample(np.random.default_rng(recipe.seed), recipe.samples)
    if not batch.classes:
        raise ParamsError("counting needs targets that are classes, not numbers")
    asked = batch.asked_after(cell.warm_up).asked
    if not asked.any():
        raise ParamsError(f"{cell.name}: nothing to count in {len(batch.x)} steps")
    contexts = _contexts(cell, context, batch)[asked]
    due = batch.target[asked]
    counts = np.zeros(sizes.params[name])
    np.add.at(counts, (due, contexts), 1.0)
    params = {name: table(counts, recipe.smoothing)}
    facts = {
        "counted": len(due), "contexts": counts.shape[1],
        "contexts_unseen": int((counts.sum(axis=0) == 0).sum()),
        "never_due": np.flatnonzero(counts.sum(axis=1) == 0).tolist(),
    }  # fmt: skip
    return fitted_result(cell, sizes, params, batch, recipe, validation, facts, began)


def table(counts: Array, smoothing: float) -> Array:
    """Probabilities from counts ``(K, C)``; a column without any is uniform."""
    raised = counts + smoothing
    totals = raised.sum(axis=0)
    uniform = np.full_like(raised, 1 / len(raised))
    return np.divide(raised, totals, out=uniform, where=totals > 0)


def counted_table(cell: Cell) -> tuple[str, s.Expression]:
    """The table of a model's answer, and the expression of its context.

    Raises
    ------
    ParamsError
        If the answer is not one table times a context of inputs.
    """
    chain = chain_of(cell)
    if chain is not None:
        return chain.table, chain.context
    raise ParamsError(
        f"counting needs an answer that is one table times a context of inputs, as markov's;"
        f" {cell.name} has {cell.graph.signals[cell.answer].equation.text!r}"
    )


def check_table(cell: Cell, params: dict[str, Array]) -> None:
    """Raise ParamsError unless every column of a model's table holds probabilities."""
    name, _ = counted_table(cell)
    columns = params[name]
    wrong = (columns < 0).any(axis=0) | (np.abs(columns.sum(axis=0) - 1) > 1e-6)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        values = ", ".join(f"{v:.4g}" for v in columns[:6, at])
        raise ParamsError(
            f"column {at} of {name} must hold probabilities, none negative and 1 in all; it holds"
            f" {values}{', …' if len(columns) > 6 else ''}"
        )


def _contexts(cell: Cell, context: s.Expression, batch: Batch) -> Array:
    """Which context each step is in, ``(T, B)``; what lies before step 1 is zero."""

    def past(name: str, lag: int) -> Array:
        shifted = np.zeros_like(batch.x)
        shifted[lag:] = batch.x[:-lag]
        return shifted

    vectors = value_of(context, {"x": batch.x}, past)
    later = vectors[cell.warm_up :]
    if not ((later == 0) | (later == 1)).all() or not (later.sum(axis=-1) == 1).all():
        raise ParamsError(f"{cell.name}: counting needs inputs that are one-hot, a symbol a step")
    return np.asarray(vectors.argmax(axis=-1))
