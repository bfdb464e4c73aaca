"""One table of all lanes of a run against the naive forecast, over a stretch of the tape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import RnnstepError, StepError
from .run import Run
from .scores import NAIVE


@dataclass(frozen=True)
class ScoreRow:
    """One lane of the table.

    Attributes
    ----------
    lane, title : str
    parameters : int
        How many numbers the model learns; 0 for the naive forecast.
    loss : float
        Mean over the steps scored; NaN if there are none, or if the lane's answers broke.
    root : float
        The loss on the data's own footing: the root of the squared error, or the perplexity
        exp(loss), the number of equally likely symbols that would be as hard.
    ratio : float
        The loss over that of the naive forecast **on the same steps**; NaN without one.
    steps : int
        How many steps were scored.
    solved : tuple of (int, int) or None
        (seeds that reached the training's goal, seeds tried), if it had a goal.
    seeds : int
        Seeds tried; 0 if the weights do not come from training.
    free_from : int or None
        The step after which the lane reads its own answers.
    """

    lane: str
    title: str
    parameters: int
    loss: float
    root: float
    ratio: float
    steps: int
    solved: tuple[int, int] | None = None
    seeds: int = 0
    free_from: int | None = None


@dataclass(frozen=True)
class ScoreTable:
    """All lanes over a stretch of the tape.

    Attributes
    ----------
    title : str
    first, last : int
        The stretch, both ends included.
    asked : int
        Steps of it at which something is asked.
    classes : bool
        Whether the loss is the log-loss of classes; otherwise the squared error of numbers.
    unit : str
    rows : tuple of ScoreRow
        In the order of the file; the naive forecast, if there is one, first.
    remarks : tuple of str
        What must be known to read the table.
    """

    title: str
    first: int
    last: int
    asked: int
    classes: bool
    unit: str
    rows: tuple[ScoreRow, ...]
    remarks: tuple[str, ...] = ()


def score_table(run: Run, first: int, last: int) -> ScoreTable:
    """Score every lane that can answer.

    Parameters
    ----------
    run : Run
    first, last : int
        Steps, ``1 <= first <= last <= T``.

    Raises
    ------
    StepError
        If the range is empty or leaves the run.
    RnnstepError
        If nothing is asked there, or no lane can answer.
    """
    scenario, scoring = run.scenario, run.scoring
    tape = scenario.tape
    if not 1 <= first <= last <= run.length:
        raise StepError(
            f"steps {first} to {last} cannot be scored; the run has steps 1 to {run.length}"
        )
    if tape.target is None:
        raise RnnstepError(f"{scenario.path}: there is nothing to score: the input has no target")
    lanes = [lane for lane in scoring.lanes if lane != NAIVE]
    if not lanes:
        raise RnnstepError(f"{scenario.path}: no lane has an answer of the target's size")
    asked = int(tape.asked_at(first, last + 1).sum())
    if not asked:
        there = np.flatnonzero(tape.asked_at(1, run.length + 1)) + 1
        where = f"step {there[0]}" if len(there) == 1 else f"{len(there)} steps from {there[0]} on"
        raise RnnstepError(
            f"{scenario.path}: nothing is asked at steps {first} to {last}"
            + (f"; something is at {where}" if len(there) else ", nor anywhere else")
        )
    rows = []
    if NAIVE in scoring.lanes:
        loss, steps = scoring.losses(NAIVE).mean(first, last)
        how = "as often as so far" if tape.classes else "as it is now"
        rows.append(ScoreRow(NAIVE, how, 0, loss, _root(loss, tape.classes), 1.0, steps))
    rows += [_row(run, lane, first, last) for lane in lanes]
    return ScoreTable(
        scenario.title, first, last, asked, tape.classes, scoring.unit, tuple(rows),
        scenario.remarks,
    )  # fmt: skip


def _row(run: Run, lane: str, first: int, last: int) -> ScoreRow:
    model, scoring = run.scenario.models[lane], run.scoring
    losses = scoring.losses(lane)
    loss, steps = losses.mean(first, last)
    ratio = float("nan")
    if NAIVE in scoring.lanes and steps:
        same = losses.scored[first : last + 1]
        naive = float(scoring.losses(NAIVE).loss[first : last + 1][same].mean())
        ratio = loss / naive if naive else float("nan")
    seeds = model.metadata.get("seeds")
    return ScoreRow(
        lane, model.title, model.sizes.count, loss, _root(loss, run.scenario.tape.classes), ratio,
        steps, model.solved, len(seeds) if isinstance(seeds, list) else 0,
        model.free_from,
    )  # fmt: skip


def _root(loss: float, classes: bool) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(loss) if classes else np.sqrt(loss))
