"""How good the answers of a run are, step by step, beside the naive forecast.

A score is a loss: for numbers the squared error, in the square of the data's own units (the mean
over the target's units); for classes the log-loss, -log p of what was due, in nats. Every lane is
scored on the same footing, and beside the lanes stands the naive forecast, which learns nothing:

- Numbers: what comes is as what is there now (the input of the step).
- Classes: how often each class was due before this step, each counted once more:
  p_t(k) = (n_k + 1) / (n + K), with n_k of the n targets of steps 1 to t - 1 being k, of K classes
  (Laplace's rule of succession). So at the first step it is 1 / K.

A step counts if something is asked and the lane has begun to answer; steps before a lane's first
answer (a window that is not yet full) are left out. An answer that is not finite after that makes
the mean NaN from there on: a lane that broke is never scored by its good beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..learn.batch import NO_TARGET
from ..simulate.breakpoint import stretches
from .tape import Tape, shifted

if TYPE_CHECKING:
    from .run import Run

Array = np.ndarray

NAIVE = "naive"
"""The name of the naive forecast, which no lane can have."""

SQUARED, NATS = "data units²", "nats"

_KEPT = "losses"
"""Under this name a trace keeps its losses, with the tape that they are about: a run with a fork
more has its other lanes' traces, and need not work their losses out again."""


@dataclass(frozen=True)
class LaneScore:
    """How good one lane is at a step.

    Attributes
    ----------
    lane : str
        Its name, or "naive".
    loss : float
        At the step; NaN where nothing is asked or there is no answer.
    mean : float
        Over all steps scored so far; NaN before the first of them.
    unit : str
        "data units²" or "nats".
    steps : int
        How many steps have been scored so far.
    """

    lane: str
    loss: float
    mean: float
    unit: str
    steps: int


@dataclass(frozen=True, eq=False)
class Losses:
    """The losses of one lane over a whole run, with their running sums.

    Attributes
    ----------
    loss : (T+1,) ndarray
        Row t belongs to step t; NaN where nothing is scored, and in row 0.
    scored : (T+1,) ndarray of bool
    sums : (T+1,) ndarray
        Of the losses up to each step.
    counts : (T+1,) ndarray of int
        Steps scored up to each step.
    """

    loss: Array
    scored: Array
    sums: Array
    counts: Array

    @classmethod
    def of(cls, loss: Array, asked: Array) -> Losses:
        """Losses with what follows from them; both ``(T+1,)``."""
        answered = np.flatnonzero(~np.isnan(loss))
        scored = asked.copy()
        scored[: answered[0] if len(answered) else len(loss)] = False
        return cls(loss, scored, np.cumsum(np.where(scored, loss, 0.0)), np.cumsum(scored))

    def mean(self, first: int, last: int) -> tuple[float, int]:
        """Mean loss over the scored steps of a range, both ends included, and their number."""
        scored = self.scored[first : last + 1]
        count = int(scored.sum())
        return (float(self.loss[first : last + 1][scored].mean()) if count else np.nan), count

    def until(self, t: int) -> tuple[float, int]:
        """Mean loss over the steps scored up to t, and their number, without a sum over them."""
        count = int(self.counts[t])
        return (float(self.sums[t]) / count if count else np.nan), count


def squared_errors(answers: Array, wanted: Array) -> Array:
    """Squared error of each step, ``(n,)``: the mean over the units of ``(n, K)`` arrays."""
    with np.errstate(all="ignore"):
        return np.asarray(np.mean((answers - wanted) ** 2, axis=1))


def log_losses(values: Array, target: Array, are_scores: bool) -> Array:
    """-log of the probability of the target, step by step.

    Parameters
    ----------
    values : (n, K) ndarray
        Probabilities; or scores, of which the softmax gives them: then log 0 never occurs.
    target : (n,) ndarray of int
        -1 where nothing is asked.
    are_scores : bool

    Returns
    -------
    (n,) ndarray
        NaN where nothing is asked.
    """
    asked = target != NO_TARGET
    picked = values[np.arange(len(values)), np.where(asked, target, 0)]
    with np.errstate(all="ignore"):
        if are_scores:
            largest = values.max(axis=1)
            total = np.log(np.exp(values - largest[:, None]).sum(axis=1)) + largest
            return np.where(asked, total - picked, np.nan)
        return np.where(asked, -np.log(picked), np.nan)


def has_naive(tape: Tape) -> bool:
    """Whether there is a naive forecast: of numbers only where target and input have one size."""
    if tape.target is None:
        return False
    return tape.classes or tape.target.shape[1] == tape.x.shape[1]


def naive_losses(tape: Tape) -> Array:
    """Losses of the naive forecast, ``(T+1,)``; see the module's text."""
    asked = tape.targets(0, tape.length + 1)
    if not tape.classes:
        now = tape.in_data_units(shifted(tape.x, 0, tape.length + 1))
        return squared_errors(now, tape.in_data_units(asked))
    steps = np.flatnonzero(asked != NO_TARGET)
    due = asked[steps]
    # Sorted by class, in the order of time within each, a target's place among its equals is how
    # often it was due before.
    order = np.argsort(due, kind="stable")
    firsts = np.searchsorted(due[order], due[order])
    before = np.empty(len(due))
    before[order] = np.arange(len(due)) - firsts
    losses = np.full(tape.length + 1, np.nan)
    losses[steps] = -np.log((before + 1) / (np.arange(len(due)) + len(tape.labels)))
    return losses


class Scoring:
    """The scores of a run; each lane's are worked out once, when they are first asked for.

    Attributes
    ----------
    run : Run
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._known: dict[str, Losses] = {}

    @property
    def unit(self) -> str:
        """Unit of the losses."""
        return NATS if self.run.scenario.tape.classes else SQUARED

    @property
    def lanes(self) -> tuple[str, ...]:
        """Who is scored: the lanes that can answer, then the naive forecast, if there is one."""
        from .run import can_answer

        scenario = self.run.scenario
        able = [name for name, m in scenario.models.items() if can_answer(m, scenario.tape)]
        return (*able, NAIVE) if has_naive(scenario.tape) else tuple(able)

    def losses(self, lane: str, progress: Callable[[int], object] | None = None) -> Losses:
        """All losses of a lane that is scored, or of the naive forecast.

        Parameters
        ----------
        lane : str
        progress : callable, optional
            Called with the last step looked at; what it raises ends it.
        """
        if lane not in self._known:
            tape = self.run.scenario.tape
            asked = tape.asked_at(0, tape.length + 1)
            if lane == NAIVE:
                self._known[lane] = Losses.of(naive_losses(tape), asked)
                return self._known[lane]
            derived = self.run.traces[lane].derived
            kept = derived.get(_KEPT)
            if not isinstance(kept, tuple) or kept[0] is not tape:
                kept = derived[_KEPT] = (tape, Losses.of(self._loss(lane, progress), asked))
            self._known[lane] = kept[1]
        return self._known[lane]

    def _loss(self, lane: str, progress: Callable[[int], object] | None) -> Array:
        space, trace = self.run.space(), self.run.traces[lane]
        parts = [space.signal(lane, "loss", 0, 1)[:, 0]]
        for start, stop in stretches(trace.length, 0, 1, trace.kept == "everything"):
            parts.append(space.signal(lane, "loss", start, stop)[:, 0])
            if progress:
                progress(stop - 1)
        return np.concatenate(parts)

    def at(self, t: int) -> tuple[LaneScore, ...]:
        """Every lane's score at step t."""
        found = []
        for lane in self.lanes:
            losses = self.losses(lane)
            mean, steps = losses.until(t)
            found.append(LaneScore(lane, float(losses.loss[t]), mean, self.unit, steps))
        return tuple(found)
