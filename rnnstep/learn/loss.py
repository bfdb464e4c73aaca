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
RECORDED = 20_000_000
"""Numbers that are recorded at once while a batch is scored."""


@dataclass(frozen=True)
class Score:
    """How good answers are.

    Attributes
    ----------
    loss : float
        Mean cross-entropy in nats, or mean squared error, over everything asked.
    accuracy : float or None
        Share of right answers; None for numbers without a tolerance.
    asked : int
        Over how many answers.
    whole : float or None
        Share of sequences in which every answer is right.
    """

    loss: float
    accuracy: float | None
    asked: int
    whole: float | None = None


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


def right_answers(
    values: Array, target: Array, legal: Array | None = None, tolerance: float | None = None
) -> Array | None:
    """Which answers are right.

    Parameters
    ----------
    values : (n, K) ndarray
        Scores or probabilities of classes, or numbers.
    target : (n,) ndarray of int, or (n, K) ndarray
    legal : (n, K) ndarray of bool, or None
        As in ``Batch``.
    tolerance : float or None
        As in ``Batch``.

    Returns
    -------
    (n,) ndarray of bool, or None for numbers without a tolerance
    """
    if target.ndim == 2:
        if tolerance is None:
            return None
        return np.asarray((np.abs(values - target) < tolerance).all(axis=1))
    if legal is None:
        # A NaN is the largest for argmax; it is no answer.
        return np.asarray((values.argmax(axis=1) == target) & np.isfinite(values).all(axis=1))
    least_legal = np.where(legal, values, np.inf).min(axis=1)
    most_other = np.where(legal, -np.inf, values).max(axis=1)
    return np.asarray(least_legal > most_other)


def score(values: Array, batch: Batch, are_scores: bool = True) -> Score:
    """Loss and accuracy of recorded answers, ``(T+1, B, K)``; see :func:`loss_and_adjoint`."""
    loss, _ = loss_and_adjoint(values, batch, are_scores)
    steps, rows = np.nonzero(batch.asked)
    legal = None if batch.legal is None else batch.legal[steps, rows]
    right = right_answers(
        values[steps + 1, rows], batch.target[steps, rows], legal, batch.tolerance
    )
    if right is None or not len(steps):
        return Score(loss, None, len(steps))
    wrong = np.zeros(values.shape[1], bool)
    wrong[rows[~right]] = True
    return Score(loss, float(np.mean(right)), len(steps), float(np.mean(~wrong)))


def run_batch(cell: Cell, sizes: Sizes, params: dict[str, Array], batch: Batch) -> Recording:
    """Run a batch in the params' dtype."""
    dtype = next(iter(params.values())).dtype
    return compile_cell(cell.graph, sizes, dtype).run(params, batch.x)


def evaluate(
    cell: Cell, params: dict[str, Array], batch: Batch, sizes: Sizes | None = None
) -> Score:
    """Score a model on a batch, over all steps that ask and that it can answer.

    A large batch is run some sequences at a time.

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
    signal = answer_signal(cell, batch.classes)
    length, count = batch.target.shape[:2]
    at_once = max(1, RECORDED // max(length * sum(sizes.signals.values()), 1))
    scores, counts = [], []
    for start in range(0, count, at_once):
        part = batch.part(start, min(start + at_once, count))
        values = run_batch(cell, sizes, dict(params), part)[signal]
        scores.append(score(values, part.asked_after(cell.warm_up), gives_scores(cell)))
        counts.append(part.target.shape[1])
    return joined(scores, counts)


def joined(scores: list[Score], counts: list[int]) -> Score:
    """The score of several parts of one batch together; ``counts`` has their sequences."""
    if len(scores) == 1:
        return scores[0]
    asked = [score.asked for score in scores]
    total = max(sum(asked), 1)
    loss = sum(score.loss * n for score, n in zip(scores, asked, strict=True)) / total
    right = sum((score.accuracy or 0.0) * n for score, n in zip(scores, asked, strict=True))
    whole = sum((score.whole or 0.0) * n for score, n in zip(scores, counts, strict=True))
    known = any(score.accuracy is not None for score in scores)
    return Score(
        loss, right / total if known else None, sum(asked),
        whole / sum(counts) if known else None,
    )  # fmt: skip
