"""Losses, their adjoints, and scores.

Classes: cross-entropy of a softmax, taken on its scores, so that log 0 never occurs; of a model
that gives probabilities without scores, -log p, which is infinite where p is 0. Numbers: the
squared error. All are means over everything asked; a model that answers by itself is asked nothing
before its window is full.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..cells.cell import READOUTS, Cell
from ..equations.compiled import Recording, compile_cell
from ..equations.sizes import Sizes
from ..errors import ParamsError
from .batch import Batch

Array = np.ndarray


@dataclass(frozen=True)
class Score:
    """How good answers are.

    Attributes
    ----------
    loss : float
        Mean cross-entropy in nats, or mean squared error, over everything asked.
    accuracy : float or None
        Share of right classes; None for numbers.
    asked : int
        Over how many answers.
    """

    loss: float
    accuracy: float | None
    asked: int


def answer_signal(cell: Cell, classes: bool) -> str:
    """The signal that the loss reads: scores before a softmax, probabilities, or the prediction.

    Raises
    ------
    ParamsError
        If the cell's readout cannot give such answers.
    """
    if cell.readout is None and not classes:
        return cell.answer
    what = "classes" if classes else "numbers"
    if cell.readout is None or READOUTS[cell.readout].answers != what:
        raise ParamsError(
            f"targets that are {what} need the readout {cell.readout_for(what)}; {cell.name} has"
            f" {cell.readout or 'none'}"
        )
    return "logits" if gives_scores(cell) else cell.answer


def gives_scores(cell: Cell) -> bool:
    """Whether the loss reads scores, of which a softmax makes probabilities."""
    return cell.readout == "softmax"


def loss_and_adjoint(
    values: Array, batch: Batch, are_scores: bool = True
) -> tuple[float, Array]:
    """The loss, and its derivative by the answer signal.

    Parameters
    ----------
    values : (T+1, B, K) ndarray
        Scores or probabilities of the classes, or predictions.
    batch : Batch
    are_scores : bool
        For classes: whether the values are scores.

    Returns
    -------
    loss : float
    adjoint : (T+1, B, K) ndarray
        Row 0 is zero.
    """
    asked = batch.asked
    count = max(int(asked.sum()), 1)
    adjoint = np.zeros_like(values)
    steps, rows = np.nonzero(asked)
    picked = values[steps + 1, rows]
    if batch.classes and not are_scores:
        wanted = batch.target[steps, rows]
        order = np.arange(len(wanted))
        slope = np.zeros_like(picked)
        with np.errstate(divide="ignore", invalid="ignore"):
            loss = float(np.mean(-np.log(picked[order, wanted]))) if len(wanted) else 0.0
            slope[order, wanted] = -1.0 / picked[order, wanted]
    elif batch.classes:
        wanted = batch.target[steps, rows]
        shifted = picked - picked.max(axis=1, keepdims=True)
        log_total = np.log(np.exp(shifted).sum(axis=1))
        order = np.arange(len(wanted))
        loss = float(np.mean(log_total - shifted[order, wanted])) if len(wanted) else 0.0
        slope = np.exp(shifted - log_total[:, None])
        slope[order, wanted] -= 1.0
    else:
        error = picked - batch.target[steps, rows]
        loss = float(np.mean(error * error)) if error.size else 0.0
        slope = 2.0 * error / max(picked.shape[1], 1)
    adjoint[steps + 1, rows] = slope / count
    return loss, adjoint


def score(values: Array, batch: Batch, are_scores: bool = True) -> Score:
    """Loss and accuracy of recorded answers, ``(T+1, B, K)``; see :func:`loss_and_adjoint`."""
    loss, _ = loss_and_adjoint(values, batch, are_scores)
    asked = batch.asked
    steps, rows = np.nonzero(asked)
    accuracy = None
    if batch.classes and len(steps):
        right = values[steps + 1, rows].argmax(axis=1) == batch.target[steps, rows]
        accuracy = float(np.mean(right))
    return Score(loss, accuracy, len(steps))


def run_batch(cell: Cell, sizes: Sizes, params: dict[str, Array], batch: Batch) -> Recording:
    """Run a batch in the params' dtype."""
    dtype = next(iter(params.values())).dtype
    return compile_cell(cell.graph, sizes, dtype).run(params, batch.x)


def evaluate(
    cell: Cell, params: dict[str, Array], batch: Batch, sizes: Sizes | None = None
) -> Score:
    """Score a model on a batch, over all steps that ask and that it can answer.

    Parameters
    ----------
    cell : Cell
        With the readout that the targets need.
    params : mapping of str to ndarray
    batch : Batch
    sizes : Sizes, optional
        Needed only where they do not follow from the params and the input.

    Returns
    -------
    Score
    """
    if sizes is None:
        shapes: dict[str, int | tuple[int, ...]] = {n: v.shape for n, v in params.items()}
        sizes = cell.sizes(given={**shapes, "x": batch.x.shape[2]})
    run = run_batch(cell, sizes, dict(params), batch)
    values = run[answer_signal(cell, batch.classes)]
    return score(values, batch.asked_after(cell.warm_up), gives_scores(cell))
