"""Ablation: what patching one unit at a time, over a whole run, does to the loss and the claims.

Every unit is one fork of the lane. The units are ranked by how many of the scenario's expectations
about the lane they break, then by how much the loss rises, then by how far the answer moves. What
an expectation says of fresh sequences, or of training, is left out: patches belong to the tape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..equations import syntax as s
from ..equations.parse import parse_condition
from ..errors import EquationError, SignalError, listed, suggest
from ..simulate import Patch, PatchError, Trace, fork
from ..simulate.compare import distance
from ..simulate.patch import check_patch
from ..simulate.patch_text import parse_patch, placed
from .expect import judge_one
from .forks import shape_of, symbols_of
from .measures import NOT_OF_THE_TAPE
from .run import Run, can_answer
from .scenario import Expectation

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Effect:
    """What patching one unit did.

    Attributes
    ----------
    unit : int
    loss : float
        Mean over the scored steps of the tape; NaN without targets.
    change : float
        Of the loss.
    moved : float
        Mean norm of the change of the answer over all steps, in the data's units.
    broken : tuple of Expectation
        That held before and no longer hold.
    """

    unit: int
    loss: float
    change: float
    moved: float
    broken: tuple[Expectation, ...]


@dataclass(frozen=True)
class Ablation:
    """All units of a signal, the one that matters most first.

    Attributes
    ----------
    lane, signal, operation : str
    loss : float
        Without a patch.
    scored : int
        Steps that the loss is a mean over.
    judged : tuple of Expectation
        The expectations about the lane that hold without a patch.
    effects : tuple of Effect
    """

    lane: str
    signal: str
    operation: str
    loss: float
    scored: int
    judged: tuple[Expectation, ...]
    effects: tuple[Effect, ...]


def ablate(
    run: Run,
    lane: str,
    signal: str,
    units: Sequence[int] | None = None,
    operation: str = "set 0",
    progress: Progress | None = None,
) -> Ablation:
    """Patch one unit after the other over the whole run, and rank them by what that does.

    Parameters
    ----------
    run : Run
    lane, signal : str
    units : sequence of int, optional
        All by default.
    operation : str
        As in a patch: ``set 0``, ``scale 0.5``, ``noise 1 seed 3``, ``swap gru``; with steps,
        ``set 0 at 10..20``.
    progress : callable, optional
        Called with the units done and those there are; what it raises ends the ablation.

    Raises
    ------
    SignalError
        If there is no such lane, signal or unit.
    EquationError
        With the column in ``operation``, if that is none or does not fit.
    """
    trace, model = run[lane], run.scenario.models[lane]
    signals = (*model.cell.inputs, *model.cell.graph.signals)
    if signal not in signals:
        raise SignalError(
            f"{lane} has no signal {signal!r}{suggest(signal, signals)}; it has {listed(signals)}"
        )
    size = model.sizes.signals[signal]
    wanted = range(size) if units is None else tuple(dict.fromkeys(units))
    for unit in wanted:
        if not 0 <= unit < size:
            raise SignalError(f"{lane}.{signal} has no unit {unit}; it has units 0 to {size - 1}")
    template = _read(run, lane, signal, operation)
    loss, scored = _loss(run, lane)
    judged = _judged(run, lane)
    tape = run.scenario.tape
    unit_of_answers = abs(tape.factor) if can_answer(model, tape) else 1.0
    effects = []
    for number, unit in enumerate(wanted):
        patch = replace(template, units=(unit,))
        child = fork(trace, lane, [patch], run.traces, budget=_room(run))
        changed = _instead(run, lane, child)
        now, _ = _loss(changed, lane)
        space = changed.space()
        broken = tuple(e for e in judged if not judge_one(space, e).passed)
        moved = unit_of_answers * distance(trace, child, model.cell.answer, 1, trace.length)
        known = moved[np.isfinite(moved)]
        effects.append(
            Effect(unit, now, now - loss, float(known.mean()) if len(known) else np.nan, broken)
        )
        if progress:
            progress(number + 1, len(wanted))
    effects.sort(key=lambda e: (-len(e.broken), -_ranked(e.change), -_ranked(e.moved), e.unit))
    return Ablation(lane, signal, operation, loss, scored, judged, tuple(effects))


def _read(run: Run, lane: str, signal: str, operation: str) -> Patch:
    """The patch that every unit gets, once it fits the lane."""
    text, tape = f"{signal} {operation}", run.scenario.tape
    known = {**tape.marks, "last": tape.length}, symbols_of(tape)
    shapes = {name: shape_of(model, tape) for name, model in run.scenario.models.items()}
    try:
        patch = parse_patch(text, *known)[1]
        try:
            if len(patch.values) > 1 and patch.operation != "clamp":
                raise PatchError("an ablation takes one number, the same for every unit", "values")
            check_patch(replace(patch, units=(0,)), shapes[lane], shapes)
        except PatchError as error:
            raise placed(error, text, *known) from None
    except EquationError as error:
        column = max(error.column - len(signal) - 1, 1)
        raise EquationError(error.message, 1, column, operation) from None
    return patch


def _ranked(value: float) -> float:
    """NaN counts as the worst: what makes a loss unspeakable matters."""
    return np.inf if np.isnan(value) else value


def _room(run: Run) -> int:
    """Bytes for one fork: they are looked at once, one after the other."""
    return 64 * 2**20 // max(len(run.traces), 1)


def _instead(run: Run, lane: str, trace: Trace) -> Run:
    """The run with another trace, and its patches, in the place of a lane's."""
    model = replace(run.scenario.models[lane], patches=trace.lane.patches)
    scenario = replace(run.scenario, models={**run.scenario.models, lane: model})
    return Run(scenario, {**run.traces, lane: trace})


def _loss(run: Run, lane: str) -> tuple[float, int]:
    if not can_answer(run.scenario.models[lane], run.scenario.tape):
        return np.nan, 0
    return run.scoring.losses(lane).mean(1, run.length)


def _judged(run: Run, lane: str) -> tuple[Expectation, ...]:
    """Expectations that are about a lane, and hold."""
    space = run.space()
    found = []
    for expectation in run.scenario.expectations:
        nodes = list(parse_condition(expectation.that).walk())
        about = any(isinstance(n, s.Name) and n.id == lane for n in nodes)
        calls = {n.function for n in nodes if isinstance(n, s.Call)}
        if about and not calls & NOT_OF_THE_TAPE and judge_one(space, expectation).passed:
            found.append(expectation)
    return tuple(found)
