"""Guessing parameters at random until some do: the baseline that a hard task must withstand.

Source: Hochreiter and Schmidhuber 1996 (LSTM can solve hard long time lag problems): all parameters
are drawn anew, uniform in ±``spread``, until a draw solves the task. Nothing is learned from a draw
that fails. They found that it solves the latch and similar tasks sooner than the methods that
were proposed for them. It says something about the tasks, and is no method for anything larger.

Departure: a draw is first looked at on ``batch`` fresh sequences, and only if it reaches the goal
on ``check_count`` more; the paper goes through its training set until the first error.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ..cells.cell import Cell
from ..equations.sizes import Sizes
from ..errors import ParamsError
from .batch import Sampler
from .loss import Score, evaluate
from .recipes import Guess
from .train import Check, TrainResult, reaches

_REPORT_EVERY = 100


def guess(
    cell: Cell,
    sizes: Sizes,
    sampler: Sampler,
    recipe: Guess,
    progress: Callable[[Check], object] | None = None,
    validation: Sampler | None = None,
) -> TrainResult:
    """Draw parameters until some reach the goal; see :func:`rnnstep.learn.train.train`.

    Returns
    -------
    TrainResult
        ``solved_at`` is the number of the draw that reached it. The parameters are that draw's, or
        else those with the lowest loss at the first look.

    Raises
    ------
    ParamsError
        If there is no goal, so that nothing could ever end it.
    """
    if not recipe.has_goal:
        raise ParamsError("guessing needs a goal: stop_accuracy, stop_whole or stop_loss")
    began = time.perf_counter()
    rng = np.random.default_rng(recipe.seed)
    checks: list[Check] = []
    best: dict[str, np.ndarray] = {}
    # A first draw whose loss is not finite is kept only until there is one that has a loss.
    lowest = float("inf")
    solved_at, interrupted = None, False
    try:
        for draw in range(1, recipe.updates + 1):
            params = {
                name: rng.uniform(-recipe.spread, recipe.spread, shape)
                for name, shape in sizes.params.items()
            }
            found = evaluate(cell, params, sampler.sample(rng, recipe.batch), sizes)
            first_look = found.loss
            solved = False
            if reaches(found, recipe):
                again = (validation or sampler).sample(rng, recipe.check_count)
                found = evaluate(cell, params, again, sizes)
                solved = reaches(found, recipe)
            better = found.loss < lowest
            if solved or better or not checks:
                lowest = found.loss if better else lowest
                checks.append(_check(draw, first_look, found))
                best = params
            if progress and (solved or draw % _REPORT_EVERY == 0):
                progress(_check(draw, first_look, found))
            if solved:
                solved_at = draw
                break
    except KeyboardInterrupt:
        interrupted = True
    if not checks:
        raise ParamsError("the guessing was ended before its first draw")
    return TrainResult(
        best, checks[-1].update, solved_at, tuple(checks), interrupted,
        time.perf_counter() - began,
    )  # fmt: skip


def _check(draw: int, first_look: float, found: Score) -> Check:
    return Check(draw, first_look, found.loss, found.accuracy, float("nan"), found.whole)
