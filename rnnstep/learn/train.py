"""Training by backpropagation through time, in full: from a recipe to parameters and a result.

Everything random comes from the recipe's seed through separate streams (initial parameters,
training sequences, validation sequences), so the same recipe gives the same parameters, and
checking more or less often does not change what is trained on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar, Protocol, TypeVar

import numpy as np

from ..cells.cell import Cell
from ..equations.compiled import compile_cell
from ..equations.sizes import Sizes
from ..errors import ParamsError
from .batch import Batch, Sampler
from .initialise import initialise
from .loss import Score, answer_signal, evaluate, gives_scores, loss_and_adjoint
from .optimise import Optimiser, clip_by_norm
from .recipes import GOALS, Counting, Guess, LeastSquares

Array = np.ndarray

@dataclass(frozen=True)
class Recipe:
    """How a model is trained; everything that decides the result.

    Attributes
    ----------
    initialisation : str
        A name of ``INITIALISATIONS``.
    forget_bias : float
        The bias of the initialisation ``forget_bias``.
    longest : float or None
        The longest memory that ``chrono`` is to cover.
    optimiser : {"adam", "sgd"}
    learning_rate : float
    momentum : float
    batch : int
        Sequences an update.
    updates : int
        The budget.
    clip : float
        Limit of the gradients' global norm; 0 for none.
    seed : int
    check_every : int
        Updates between checks on fresh sequences.
    check_count : int
        Sequences of a check.
    stop_accuracy, stop_whole, stop_loss : float or None
        A check that reaches any of these passes: the share of right answers, the share of
        sequences in which every answer is right, the loss.
    passes : int
        The model counts as *solved* after this many passing checks in a row, and training stops.
    """

    method: ClassVar[str] = "gradient"
    initialisation: str = "uniform"
    forget_bias: float = 1.0
    longest: float | None = None
    optimiser: str = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    batch: int = 32
    updates: int = 2000
    clip: float = 1.0
    seed: int = 0
    check_every: int = 25
    check_count: int = 256
    stop_accuracy: float | None = None
    stop_whole: float | None = None
    stop_loss: float | None = None
    passes: int = 3

    @property
    def has_goal(self) -> bool:
        """Whether there is something to reach."""
        return any(getattr(self, name) is not None for name in GOALS)

    def as_dict(self) -> dict[str, object]:
        """The recipe as plain data, for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Check:
    """One look at the model while it is trained."""

    update: int
    train_loss: float
    loss: float
    accuracy: float | None
    gradient_norm: float
    whole: float | None = None


@dataclass(frozen=True, eq=False)
class TrainResult:
    """What training gave.

    Attributes
    ----------
    params : mapping of str to ndarray
        Those of the last check if the model is solved, of the best check otherwise.
    update : int
        After how many updates they were taken.
    solved_at : int or None
        Updates until the first of the passing checks in a row; None if never.
    checks : tuple of Check
    interrupted : bool
        Whether Ctrl-C ended it.
    seconds : float
    facts : mapping
        What else there is to say about a fit that is no training: its rank, what was never seen.
    """

    params: dict[str, Array]
    update: int
    solved_at: int | None
    checks: tuple[Check, ...]
    interrupted: bool
    seconds: float
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def solved(self) -> bool:
        return self.solved_at is not None

    @property
    def best(self) -> Check:
        """The check that the parameters were taken at."""
        return next(check for check in self.checks if check.update == self.update)

    def summary(self) -> dict[str, object]:
        """The result as plain data, for the weights' metadata."""
        best = self.best
        return {
            "update": self.update,
            "solved_at": self.solved_at,
            "loss": best.loss,
            "accuracy": best.accuracy,
            "whole": best.whole,
            "interrupted": self.interrupted,
            "seconds": round(self.seconds, 1),
            "first_losses": [check.train_loss for check in self.checks[:4]],
            **self.facts,
        }


@dataclass
class _Progress:
    checks: list[Check] = field(default_factory=list)
    best: tuple[float, int, dict[str, Array]] | None = None
    passed: int = 0
    solved_at: int | None = None


def train(
    cell: Cell,
    sizes: Sizes,
    sampler: Sampler,
    recipe: Recipe,
    progress: Callable[[Check], object] | None = None,
    validation: Sampler | None = None,
) -> TrainResult:
    """Train a model by the recipe.

    Ctrl-C ends the training and keeps the best so far.

    Parameters
    ----------
    cell : Cell
        With its readout.
    sizes : Sizes
    sampler : Sampler
        Draws the training sequences.
    recipe : Recipe
    progress : callable, optional
        Called with every check.
    validation : Sampler, optional
        Draws the sequences of the checks; by default the same sampler, with fresh numbers.

    Returns
    -------
    TrainResult

    Raises
    ------
    ParamsError
        If the recipe asks for what is not there, or the loss is not finite from the start. Where
        it stops being finite later, training ends there, the best check is kept, and ``facts`` say
        at which update it was.
    """
    if recipe.updates < 1 or recipe.batch < 1 or recipe.check_every < 1:
        raise ParamsError("updates, batch and check_every must be at least 1")
    began = time.perf_counter()
    streams = np.random.SeedSequence(recipe.seed).spawn(2)
    train_rng, check_rng = (np.random.default_rng(stream) for stream in streams)
    params = initialise(
        cell, sizes, recipe.initialisation, recipe.seed, recipe.forget_bias, recipe.longest
    )
    optimiser = Optimiser(recipe.optimiser, recipe.learning_rate, recipe.momentum)
    state = _Progress()
    interrupted = False
    losses: list[float] = []
    norm = float("nan")
    facts: dict[str, object] = {}
    try:
        for update in range(recipe.updates + 1):
            if update % recipe.check_every == 0 or update == recipe.updates:
                fresh = (validation or sampler).sample(check_rng, recipe.check_count)
                result = evaluate(cell, params, fresh, sizes)
                if update == 0:
                    _check_start(cell, "check", result.loss)
                check = Check(
                    update, float(np.mean(losses)) if losses else result.loss, result.loss,
                    result.accuracy, norm, result.whole,
                )  # fmt: skip
                losses = []
                _take(state, check, result, params, recipe)
                if progress:
                    progress(check)
                if state.passed >= recipe.passes or update == recipe.updates:
                    break
            batch = sampler.sample(train_rng, recipe.batch)
            loss, gradients = loss_gradients(cell, sizes, params, batch)
            if update == 0:
                _check_start(cell, "training batch", loss)
            losses.append(loss)
            clipped, norm = clip_by_norm(gradients, recipe.clip)
            if not np.isfinite([loss, norm]).all():
                what = "gradient" if np.isfinite(loss) else "loss"
                facts["ended"] = f"the {what} was not finite at update {update}"
                break
            params = optimiser.update(params, clipped)
    except KeyboardInterrupt:
        interrupted = True
    if state.best is None:
        raise ParamsError("the training was ended before its first check")
    _, at, best = state.best
    return TrainResult(
        best, at, state.solved_at if state.passed >= recipe.passes else None,
        tuple(state.checks), interrupted, time.perf_counter() - began, facts,
    )  # fmt: skip


def _check_start(cell: Cell, where: str, loss: float) -> None:
    if not np.isfinite(loss):
        raise ParamsError(
            f"{cell.name}: the loss of the first {where} is {loss}, before any update; look at the"
            " equations, the initialisation and the length of the sequences"
        )


def loss_gradients(
    cell: Cell, sizes: Sizes, params: dict[str, Array], batch: Batch
) -> tuple[float, dict[str, Array]]:
    """The loss of a batch and its gradients by the parameters."""
    model = compile_cell(cell.graph, sizes)
    signal = answer_signal(cell, batch.classes)
    run = model.run(params, batch.x)
    asked = batch.asked_after(cell.warm_up)
    loss, adjoint = loss_and_adjoint(run[signal], asked, gives_scores(cell))
    return loss, model.gradients(params, run, {signal: adjoint}, with_inputs=False).params


class Goals(Protocol):
    """The goals of a recipe; see ``Recipe``."""

    @property
    def stop_accuracy(self) -> float | None: ...
    @property
    def stop_whole(self) -> float | None: ...
    @property
    def stop_loss(self) -> float | None: ...


def reaches(result: Score, goals: Goals) -> bool:
    """Whether a score reaches any of the goals."""
    return any(share >= goal for share, goal in _shares(result, goals)) or (
        goals.stop_loss is not None and result.loss <= goals.stop_loss
    )


def _shares(result: Score, goals: Goals) -> list[tuple[float, float]]:
    """Each share that has a goal, beside it."""
    pairs = ((result.accuracy, goals.stop_accuracy), (result.whole, goals.stop_whole))
    return [
        (share, goal) for share, goal in pairs if share is not None and goal is not None
    ]


def _take(
    state: _Progress, check: Check, result: Score, params: dict[str, Array], recipe: Recipe
) -> None:
    """Note a check, and keep its parameters if they are the best so far."""
    state.checks.append(check)
    shares = _shares(result, recipe)
    passing = reaches(result, recipe)
    if passing:
        state.solved_at = check.update if state.passed == 0 else state.solved_at
        state.passed += 1
    else:
        state.passed = 0
    # Where there are several goals, the best check is the best by the first of them.
    worth = -shares[0][0] if shares else result.loss
    # A run of passing checks goes on training, and its last parameters are the ones to keep.
    if np.isfinite(worth) and (
        state.best is None or worth < state.best[0] or (passing and state.passed > 1)
    ):
        state.best = (worth, check.update, params)
    elif state.best is None:
        state.best = (float("inf"), check.update, params)


_R = TypeVar("_R", bound=Recipe | LeastSquares | Counting | Guess)


def with_seed(recipe: _R, seed: int) -> _R:
    """The same recipe with another seed."""
    return replace(recipe, seed=seed)
