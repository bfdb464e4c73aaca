"""What patches made of a value: what its equation gave, and what stands there behind each patch.

The equation is computed once more from what it read, so what it gave is the run's but for rounding.
What a patch left as it was is told apart from what it changed within that rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..equations.interpret import evaluate
from .lane import Array
from .patch import Patch
from .trace import Trace

_ROUNDING = 64.0
"""Units in the last place (of 1, or of a larger value) that two ways to compute may differ by."""


@dataclass(frozen=True)
class Change:
    """One patch that fired on one unit of a value.

    Attributes
    ----------
    patch : Patch
    before, after : float
        What it found, and what it left.
    changed : bool
        Whether these are two values, and not one but for rounding.
    """

    patch: Patch
    before: float
    after: float
    changed: bool


def patches_at(trace: Trace, signal: str, t: int, unit: int) -> tuple[Change, ...]:
    """The patches that fired on one unit of a value, in the order in which they did.

    Parameters
    ----------
    trace : Trace
    signal : str
        A signal or an input.
    t, unit : int

    Returns
    -------
    tuple of Change
        Empty if none fired. The first found what the equation gave; the last left what is recorded.

    Raises
    ------
    SignalError, StepError
        If there is no such signal or step.
    """
    recorded, patching = trace.value(signal, t)[unit], trace.machine.patching
    patches = fired_at(trace, signal, t, unit)
    if not patches or patching is None:
        return ()
    row = unpatched(trace, signal, t).copy()
    values = [row[unit]]
    with np.errstate(all="ignore"):
        values += [row[unit] for patch, row in patching.each(signal, row, t) if patch in patches]
    values[-1] = recorded
    return tuple(
        Change(patch, float(before), float(after), not _same(before, after))
        for patch, before, after in zip(patches, values[:-1], values[1:], strict=True)
    )


def fired_at(trace: Trace, signal: str, t: int, unit: int | None = None) -> tuple[Patch, ...]:
    """The patches that fired on a value, or on one unit of it, in the order in which they did."""
    patching = trace.machine.patching
    patches = patching.by_signal.get(signal, ()) if patching else ()
    return tuple(
        patch for patch, _ in patches
        if patch.covers(t) and (unit is None or patch.units is None or unit in patch.units)
    )


def unpatched(trace: Trace, signal: str, t: int) -> Array:
    """What an equation of step t ≥ 1 gave, or what an input was, before any patch, ``(n,)``."""
    lane = trace.lane
    size = lane.sizes.signals[signal]
    if signal in lane.cell.inputs:
        feedback = lane.feedback
        if feedback is None or t <= feedback.start:
            return lane.x[t - 1]
        return feedback.next_input(trace.value(lane.cell.answer, t - 1), t - 1)
    signals = lane.cell.graph.signals
    now = {**lane.params, **trace.inputs(t), **{name: trace.value(name, t) for name in signals}}
    with np.errstate(all="ignore"):
        value = evaluate(signals[signal].equation.expression, now, trace.past(t))
    return np.array(np.broadcast_to(value, size), lane.dtype)


def _same(one: np.floating, other: np.floating) -> bool:
    if one == other or (np.isnan(one) and np.isnan(other)):
        return True
    near = _ROUNDING * float(np.finfo(one.dtype).eps) * max(1.0, abs(float(one)))
    return abs(float(one) - float(other)) <= near
